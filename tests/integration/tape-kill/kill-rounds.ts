/**
 * How often a writer is killed: a few times in the default run, 500 in the long one. `TICKWIRE_KILL_ROUNDS` makes a portion of it, which
 * wants a `TICKWIRE_FUZZ_SEED` of its own.
 */
export function killRounds(usual: number): number {
  const asked = Number(process.env['TICKWIRE_KILL_ROUNDS'] ?? 0);
  if (asked > 0) return asked;
  return Number(process.env['TICKWIRE_LONG_TESTS'] ?? 0) > 0 ? 500 : usual;
}
