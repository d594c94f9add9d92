// The worker of the page in which `browser-decode.ts` measures: the dashboard's own code, bundled as the dashboard is.
import { decodeContenders } from './decode-contenders.ts';
import type { DecodeLoad } from './decode-load.ts';
import { measure, type Samples } from './measure.ts';

/** What the worker is sent. */
export interface BrowserTask {
  readonly load: DecodeLoad;
  readonly timeUs: number;
  readonly rounds: number;
  /** Time that one round of one contender takes at least, ms. */
  readonly roundMs: number;
}

/** The part of a dedicated worker's global scope that is used here. */
interface WorkerScope {
  postMessage(samples: Samples): void;
  addEventListener(type: 'message', listener: (event: { data: BrowserTask }) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
scope.addEventListener('message', ({ data: { load, timeUs, rounds, roundMs } }) => {
  const contenders = decodeContenders(load, timeUs);
  scope.postMessage(measure(contenders, { rounds, roundMs }, () => performance.now()));
});
