/** A broken promise inside our own code. Ends the session or the process that met it; never an answer to bad input. */
export class InvariantError extends Error {
  override name = 'InvariantError';
}

export function invariant(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new InvariantError(sentence);
}

/** Closes a `switch` over a union: a member that was added and forgotten fails to compile here. */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected member of a closed union: ${JSON.stringify(value)}`);
}
