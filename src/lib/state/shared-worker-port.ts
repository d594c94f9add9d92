import type { Commit, PageToWorker } from '../client/worker-api.ts';
import type { WorkerLike } from './worker-link.ts';

/** Time for the shared worker to be loaded and to answer the first pull, ms. */
const FIRST_ANSWER_MS = 5_000;
/** It answers a pull at least once a second, ms: more than this, and it hangs or was ended by the system. */
const ANSWER_MS = 10_000;
/** After a machine wakes, timers run before what arrived meanwhile, ms. */
const GRACE_MS = 1_000;
/** A page without a lock says this often that it lives, ms; when it is hidden, the browser makes that a minute. */
const ALIVE_EVERY_MS = 20_000;

/** The part of a MessagePort that is used. */
export interface PortLike {
  postMessage(message: PageToWorker): void;
  addEventListener(type: 'message', listener: (event: { data: Commit }) => void): void;
  start(): void;
  close(): void;
}

/** What of the browser is needed; a test has its own. */
export interface PageSurroundings {
  after(delayMs: number, run: () => void): () => void;
  /** Null where the browser has none: pages over plain HTTP. */
  locks: Pick<LockManager, 'request'> | null;
  newName(): string;
}

/**
 * A shared worker as one page uses it: says that the page lives, and notices when the worker does not. Passes messages on as they
 * are. Invariant: `error` is told at most once, and nothing after it.
 */
export class SharedWorkerPort implements WorkerLike {
  readonly #port: PortLike;
  readonly #surroundings: PageSurroundings;
  readonly #onError: ((event: { message?: string }) => void)[] = [];
  #hasAnswered = false;
  #isOver = false;
  #cancelWait: (() => void) | null = null;
  #cancelAlive = (): void => undefined;
  /** Lets go of the lock. */
  #release = (): void => undefined;

  /** @param worker told of by the browser when its script cannot be loaded */
  constructor(
    port: PortLike,
    worker: { addEventListener(type: 'error', listener: (event: unknown) => void): void },
    surroundings: PageSurroundings = browserSurroundings(),
  ) {
    this.#port = port;
    this.#surroundings = surroundings;
    worker.addEventListener('error', () => this.#fail('its script could not be loaded'));
    port.addEventListener('message', () => {
      this.#hasAnswered = true;
      this.#cancelWait?.();
      this.#cancelWait = null;
    });
    port.start();
  }

  postMessage(message: PageToWorker): void {
    if (this.#isOver) return;
    this.#port.postMessage(message);
    if (message.type === 'start') this.#showLife();
    if (message.type === 'pull') this.#awaitAnswer();
  }

  addEventListener(type: 'message', listener: (event: { data: Commit }) => void): void;
  addEventListener(type: 'error', listener: (event: { message?: string }) => void): void;
  addEventListener(
    type: 'message' | 'error',
    listener: (event: { data: Commit } & { message?: string }) => void,
  ): void {
    if (type === 'message') this.#port.addEventListener('message', listener);
    else this.#onError.push(listener as (event: { message?: string }) => void);
  }

  /** The worker serves other pages on; this one leaves it. */
  terminate(): void {
    if (!this.#isOver) this.#port.postMessage({ type: 'stop' });
    this.#close();
  }

  #awaitAnswer(): void {
    const limitMs = this.#hasAnswered ? ANSWER_MS : FIRST_ANSWER_MS;
    this.#cancelWait?.();
    this.#cancelWait = this.#surroundings.after(limitMs, () => {
      this.#cancelWait = this.#surroundings.after(GRACE_MS, () => this.#fail('it does not answer'));
    });
  }

  #showLife(): void {
    const { locks, newName } = this.#surroundings;
    if (locks === null) return this.#beat();
    const lock = newName();
    const held = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    locks
      .request(lock, () => {
        this.postMessage({ type: 'alive', lock });
        return held;
      })
      .catch(() => this.#beat());
  }

  #beat(): void {
    if (this.#isOver) return;
    this.postMessage({ type: 'alive', lock: null });
    this.#cancelAlive = this.#surroundings.after(ALIVE_EVERY_MS, () => this.#beat());
  }

  #fail(reason: string): void {
    if (this.#isOver) return;
    this.#close();
    for (const tell of this.#onError) tell({ message: reason });
  }

  #close(): void {
    this.#isOver = true;
    this.#cancelWait?.();
    this.#cancelAlive();
    this.#release();
    this.#port.close();
  }
}

function browserSurroundings(): PageSurroundings {
  return {
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
    locks: navigator.locks ?? null,
    newName: () => `tickwire-page-${crypto.randomUUID()}`,
  };
}
