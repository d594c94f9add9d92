// Runs in a browser too: nothing of Node may be imported here.
import type { Contender, RoundLength } from '../rounds.ts';

/** ns a unit of each round, by contender. */
export type Samples = readonly (readonly [name: string, samples: readonly number[]])[];

function oneRound(contender: Contender, roundMs: number, nowMs: () => number): number {
  const startMs = nowMs();
  let spentMs = 0;
  let units = 0;
  do {
    units += contender.run() as number;
    spentMs = nowMs() - startMs;
  } while (spentMs < roundMs);
  return (spentMs * 1e6) / units;
}

/**
 * Measures contenders that do not wait in turn, round after round, so that a machine that slows down slows all of them. Without a
 * forced collection of garbage before each round: it throws compiled code away too, and a server or a tab that has run for a while
 * does not compile its decoder anew.
 * @param nowMs time, or CPU time of the process where there is such a clock
 */
export function measure(
  contenders: readonly Contender[],
  { rounds, roundMs }: RoundLength,
  nowMs: () => number,
): Samples {
  for (const contender of contenders) oneRound(contender, roundMs, nowMs);
  const samples = contenders.map(({ name }): [string, number[]] => [name, []]);
  for (let round = 0; round < rounds; round += 1) {
    contenders.forEach((contender, index) => samples[index]![1].push(oneRound(contender, roundMs, nowMs)));
  }
  return samples;
}
