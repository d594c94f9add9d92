import { asOf, encodeServerMessage, invariant, unixUs, type Frame } from '#protocol';
import { monotonicClock } from '../../../src/lib/client/client-clock.ts';
import type { SocketEvents } from '../../../src/lib/client/web-socket.ts';
import type { Commit } from '../../../src/lib/client/worker-api.ts';
import { WorkerHost } from '../../../src/lib/client/worker-host.ts';

const never = (): void => undefined;

/** Begins an epoch, so that the same frames may come once more: within one, versions never fall. */
function newEpoch(epoch: string, timeUs: number): Frame {
  return encodeServerMessage(
    {
      type: 'timeline',
      mode: 'live',
      state: 'playing',
      epoch,
      clock: { asOf: asOf(0), timeUs: unixUs(timeUs), speed: 1 },
      speed: 1,
      recording: null,
      density: null,
      skipped: null,
    },
    'binary',
  );
}

/**
 * What the dashboard's worker does with its frames, from the socket's event on: the production code, with a socket that a benchmark
 * holds and without timers. Messages to the page end here.
 */
export class DashboardWorker {
  readonly #host: WorkerHost;
  readonly #events: SocketEvents;
  readonly #epochs: readonly Frame[];
  #epoch = 0;
  #commit: Commit | null = null;

  /** @param opening the first messages of the connection @param timeUs timeline time of version 0 */
  constructor(opening: readonly Frame[], timeUs: number) {
    let events: SocketEvents | null = null;
    this.#epochs = [newEpoch('even', timeUs), newEpoch('odd', timeUs)];
    this.#host = new WorkerHost({
      post: (message) => {
        this.#commit = message;
      },
      openSocket: (_url, _subprotocol, socketEvents) => {
        events = socketEvents;
        return { send: never, close: never };
      },
      // No timer: a benchmark's pauses are no silence of the server.
      clock: { nowUs: monotonicClock.nowUs, after: () => never },
    });
    this.#host.take({ type: 'start', url: 'ws://bench', encoding: 'binary', client: 'bench' });
    invariant(events !== null, 'a started client opens a socket');
    this.#events = events;
    this.#events.onOpen();
    for (const message of opening) this.#events.onFrame(message);
  }

  /** Makes ready for the same frames again, which need these references. */
  restart(references: Frame): void {
    this.#epoch = 1 - this.#epoch;
    this.#events.onFrame(this.#epochs[this.#epoch]!);
    this.#events.onFrame(references);
  }

  /** Takes a message of the server in. */
  receive(message: Frame): void {
    this.#events.onFrame(message);
  }

  /** What the page is handed when it asks: all that changed since it last did. */
  pull(): Commit {
    this.#host.take({ type: 'pull' });
    invariant(this.#commit !== null, 'something waits for the page');
    return this.#commit;
  }
}
