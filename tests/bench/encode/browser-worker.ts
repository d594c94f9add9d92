// The worker of the page in which `browser-decode.ts` measures: the dashboard's own code, bundled as the dashboard is.
import type { Contender } from '../rounds.ts';
import { decodeContenders } from './decode-contenders.ts';
import type { DecodeLoad } from './decode-load.ts';

/** What the page is sent. */
export interface BrowserTask {
  readonly load: DecodeLoad;
  readonly timeUs: number;
  readonly rounds: number;
  /** Time that one round of one contender takes at least, ms. */
  readonly roundMs: number;
}

/** ns an update of each round, by contender. */
export type BrowserTimes = readonly (readonly [name: string, samples: readonly number[]])[];

function oneRound(contender: Contender, roundMs: number): number {
  const startMs = performance.now();
  let spentMs = 0;
  let units = 0;
  do {
    units += contender.run() as number;
    spentMs = performance.now() - startMs;
  } while (spentMs < roundMs);
  return (spentMs * 1e6) / units;
}

/** Measures in turn, round after round, so that a machine that slows down slows all of them. */
function measure({ load, timeUs, rounds, roundMs }: BrowserTask): BrowserTimes {
  const contenders = decodeContenders(load, timeUs);
  for (const contender of contenders) oneRound(contender, roundMs);
  const samples = contenders.map(({ name }): [string, number[]] => [name, []]);
  for (let round = 0; round < rounds; round += 1) {
    contenders.forEach((contender, index) => samples[index]![1].push(oneRound(contender, roundMs)));
  }
  return samples;
}

/** The part of a dedicated worker's global scope that is used here. */
interface WorkerScope {
  postMessage(times: BrowserTimes): void;
  addEventListener(type: 'message', listener: (event: { data: BrowserTask }) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
scope.addEventListener('message', ({ data }) => scope.postMessage(measure(data)));
