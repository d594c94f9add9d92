/** A different choice of symbols for every client, the same in every run. */
export function choice(symbols: readonly string[], count: number, client: number): string[] {
  const left = [...symbols];
  let state = client + 1;
  return Array.from({ length: Math.min(count, left.length) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return left.splice(Math.floor((state / 2 ** 32) * left.length), 1)[0]!;
  });
}
