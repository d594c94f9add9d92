import { invariant } from '#protocol';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/**
 * Young objects only. A full collection also throws away what was compiled for classes of which nothing is alive, as between two runs:
 * the same import took twice to three times as long after a few of them, and no program collects so between two pieces of its work.
 */
const collectGarbage = runInNewContext('gc') as (options: { type: 'minor' }) => void;

/** One side of a comparison: does some work once and says how many units that was. */
export interface Contender {
  readonly name: string;
  /** Makes ready for the next run, with the clock stopped. */
  prepare?(): void;
  run(): number | Promise<number>;
}

export interface RoundLength {
  readonly rounds: number;
  /** CPU time that one round of one contender takes at least, ms. */
  readonly roundMs: number;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Value below which this share of the values lies, read between two of them where it falls there. */
export function quantile(values: readonly number[], share: number): number {
  invariant(values.length > 0, 'a quantile needs a value');
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
}

/** Lower and upper quartile: on a machine that is busy with other things the lower one is closer to the truth. */
export function quartiles(values: readonly number[]): [number, number] {
  return [quantile(values, 0.25), quantile(values, 0.75)];
}

/** CPU time of this process so far, all threads, user and system, us: compiler and garbage collector are in it. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * Measures contenders in turn, round after round, so that a machine that slows down slows all of them. Returns CPU nanoseconds a
 * unit, the median of the rounds, by name. Each round starts with the young garbage of the one before collected.
 */
export async function cpuNsPerUnit(
  contenders: readonly Contender[],
  { rounds, roundMs }: RoundLength,
): Promise<Map<string, number>> {
  const samples = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await oneRound(contender, roundMs / 2);
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) samples.get(contender.name)!.push(await oneRound(contender, roundMs));
  }
  return new Map([...samples].map(([name, values]) => [name, median(values)]));
}

async function oneRound(contender: Contender, roundMs: number): Promise<number> {
  collectGarbage({ type: 'minor' });
  let spentUs = 0;
  let units = 0;
  do {
    contender.prepare?.();
    const startUs = cpuUs();
    units += await contender.run();
    spentUs += cpuUs() - startUs;
  } while (spentUs < roundMs * 1000);
  return (spentUs * 1000) / units;
}
