import { assertNever, type Channel, type TimelineRequest } from '#protocol';
import type { HistoryQuery } from '../client/client-api.ts';
import { NO_LIMITS, sameLimits, type ConnectionLimits } from '../client/connection-limits.ts';
import type { Commit, HistoryOutcome, PageToWorker } from '../client/worker-api.ts';

/** After the last one failed, the next is tried so much later, ms. */
const RETRY_MS = 5_000;

/** A worker as the page needs it. */
export interface WorkerLike {
  postMessage(message: PageToWorker): void;
  addEventListener(type: 'message', listener: (event: { data: Commit }) => void): void;
  addEventListener(type: 'error', listener: (event: { message?: string }) => void): void;
  terminate(): void;
}

export interface WorkerLinkOptions {
  createWorker: () => WorkerLike;
  /** What takes its place when it fails; absent = nothing does. */
  createFallback?: (() => WorkerLike) | undefined;
  url: () => string;
  /** Runs once before the page draws next; never while it is hidden. */
  requestFrame: (run: () => void) => void;
  /** Calls back with whether the page can be seen, now and with each change; returns the undo. */
  watchVisibility: (tell: (isVisible: boolean) => void) => () => void;
  onCommit: (commit: Commit) => void;
  /** The worker itself failed, e.g. its script could not be loaded. */
  onFailure: (sentence: string) => void;
}

export interface LinkSubscription {
  tune(maxRateHz: number): void;
  close(): void;
}

interface Wanted {
  number: number;
  channel: Channel;
  selectors: readonly string[];
  maxRateHz: number;
}

interface Shared {
  subscription: LinkSubscription;
  users: number;
}

/**
 * The page's end of the worker: what is wanted goes out, one commit an animation frame comes in. Knows no values. Invariant: at
 * most one pull is open, and none is made while the page is not drawn.
 */
export class WorkerLink {
  readonly #options: WorkerLinkOptions;
  readonly #wanted = new Map<number, Wanted>();
  readonly #shared = new Map<string, Shared>();
  readonly #requests = new Map<number, (outcome: HistoryOutcome) => void>();
  #worker: WorkerLike | null = null;
  #limits = NO_LIMITS;
  #isStopped = false;
  #hasFallenBack = false;
  #isVisible = true;
  #next = 1;
  #stopWatching = (): void => undefined;

  constructor(options: WorkerLinkOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#worker !== null || this.#isStopped) return;
    const worker = this.#options.createWorker();
    this.#adopt(worker);
    this.#stopWatching = this.#options.watchVisibility((isVisible) => {
      this.#isVisible = isVisible;
      this.#worker?.postMessage({ type: 'visible', isVisible });
    });
    worker.postMessage({ type: 'pull' });
  }

  /** Tells a worker everything that is wanted. */
  #adopt(worker: WorkerLike): void {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }) => {
      if (this.#worker === worker) this.#onCommit(data);
    });
    worker.addEventListener('error', ({ message }) => {
      if (this.#worker === worker) this.#onError(message ?? 'it could not be loaded');
    });
    worker.postMessage({
      type: 'start',
      url: this.#options.url(),
      encoding: 'binary',
      client: 'tickwire-web',
    });
    if (!sameLimits(this.#limits, NO_LIMITS)) worker.postMessage({ type: 'limit', limits: this.#limits });
    for (const wanted of this.#wanted.values()) this.#postSubscribe(wanted);
  }

  /**
   * The one that all tabs share may be missing or broken: then this page has one of its own, and asks for everything anew. That one may
   * be missing while the server is replaced by another: it is made again and again.
   */
  #onError(reason: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    if (this.#hasFallenBack || this.#options.createFallback === undefined) {
      this.#options.onFailure(`The page's worker failed: ${reason}.`);
      setTimeout(() => this.#replace(), RETRY_MS);
    } else {
      this.#replace();
    }
  }

  #replace(): void {
    const { createWorker, createFallback = createWorker } = this.#options;
    if (this.#isStopped) return;
    this.#hasFallenBack = true;
    const asked = [...this.#requests.keys()];
    const worker = createFallback();
    this.#adopt(worker);
    worker.postMessage({ type: 'visible', isVisible: this.#isVisible });
    worker.postMessage({ type: 'pull' });
    const message = 'The worker was replaced before the answer came.';
    for (const request of asked) this.settle({ request, ok: false, code: null, message });
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopWatching();
    this.#worker?.postMessage({ type: 'stop' });
    this.#worker?.terminate();
    this.#worker = null;
    this.#requests.clear();
  }

  /** Ceilings of the whole connection. */
  limit(limits: ConnectionLimits): void {
    if (sameLimits(limits, this.#limits)) return;
    this.#limits = limits;
    this.#worker?.postMessage({ type: 'limit', limits });
  }

  subscribe(channel: Channel, selectors: readonly string[], maxRateHz: number): LinkSubscription {
    const wanted: Wanted = { number: this.#next, channel, selectors, maxRateHz };
    this.#next += 1;
    this.#wanted.set(wanted.number, wanted);
    this.#postSubscribe(wanted);
    return {
      tune: (rateHz) => {
        if (!this.#wanted.has(wanted.number) || wanted.maxRateHz === rateHz) return;
        wanted.maxRateHz = rateHz;
        this.#worker?.postMessage({ type: 'tune', subscription: wanted.number, maxRateHz: rateHz });
      },
      close: () => {
        if (!this.#wanted.delete(wanted.number)) return;
        this.#worker?.postMessage({ type: 'unsubscribe', subscription: wanted.number });
      },
    };
  }

  /** One subscription for all who want the same channel of one instrument; returns the undo of this use. */
  share(channel: Channel, key: string, maxRateHz: number): () => void {
    const name = `${channel} ${key}`;
    let shared = this.#shared.get(name);
    if (shared === undefined) {
      shared = { subscription: this.subscribe(channel, [key], maxRateHz), users: 0 };
      this.#shared.set(name, shared);
    }
    const { subscription } = shared;
    shared.users += 1;
    let isUsed = true;
    return () => {
      if (!isUsed) return;
      isUsed = false;
      shared.users -= 1;
      if (shared.users > 0) return;
      this.#shared.delete(name);
      subscription.close();
    };
  }

  /** The outcome comes in its place within a commit; returns the undo, after which `done` is not called. */
  history(query: HistoryQuery, done: (outcome: HistoryOutcome) => void): () => void {
    const request = this.#next;
    this.#next += 1;
    this.#requests.set(request, done);
    this.#worker?.postMessage({ type: 'history', request, query });
    return () => {
      if (this.#requests.delete(request)) this.#worker?.postMessage({ type: 'cancel', request });
    };
  }

  /** Hands an outcome of a commit to whoever asked. */
  settle(outcome: HistoryOutcome): void {
    const done = this.#requests.get(outcome.request);
    this.#requests.delete(outcome.request);
    done?.(outcome);
  }

  /** The browser has signed in, or out. */
  access(signedIn: boolean): void {
    this.#worker?.postMessage({ type: 'access', signedIn });
  }

  command(command: TimelineRequest): void {
    this.#worker?.postMessage({ type: 'command', command });
  }

  #postSubscribe({ number, channel, selectors, maxRateHz }: Wanted): void {
    this.#worker?.postMessage({ type: 'subscribe', subscription: number, channel, selectors, maxRateHz });
  }

  #onCommit(commit: Commit): void {
    if (this.#isStopped) return;
    if (commit.type !== 'commit') return assertNever(commit.type);
    // Asked for first, so that a panel that throws cannot stop the stream.
    this.#options.requestFrame(() => this.#worker?.postMessage({ type: 'pull' }));
    this.#options.onCommit(commit);
  }
}
