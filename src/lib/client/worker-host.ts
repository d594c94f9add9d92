import { ticketsOf, type Ticket } from './access-api.ts';
import type { ClientSubscription } from './client-api.ts';
import { monotonicClock, type ClientClock } from './client-clock.ts';
import { CommitBuilder } from './commit-builder.ts';
import { PageDelay } from './page-delay.ts';
import { PageLimits } from './page-limits.ts';
import { RequestError } from './request-error.ts';
import { TickwireClient } from './tickwire-client.ts';
import { openWebSocket, type OpenSocket } from './web-socket.ts';
import type { PageToWorker, WorkerToPage } from './worker-api.ts';

/** How often the rates are told, ms. */
const RATES_EVERY_MS = 1_000;

export interface WorkerHostOptions {
  post(message: WorkerToPage, transfer: ArrayBuffer[]): void;
  openSocket?: OpenSocket;
  clock?: ClientClock;
  random?: () => number;
  ticket?: () => Promise<Ticket>;
}

/**
 * The worker's side of the page: runs the client and answers pulls. Not the client itself, and no store of its own beyond what
 * the client mirrors. Invariant: never more commits than pulls, and a pull without news waits for the next news.
 */
export class WorkerHost {
  readonly #options: WorkerHostOptions;
  readonly #clock: ClientClock;
  readonly #pending = new CommitBuilder();
  readonly #limits: PageLimits;
  readonly #delay = new PageDelay();
  readonly #subscriptions = new Map<number, ClientSubscription>();
  readonly #requests = new Map<number, AbortController>();
  #client: TickwireClient | null = null;
  #isPulled = false;
  /** Socket events that are being handled. */
  #depth = 0;
  #countedFrames = 0;
  #countedValues = 0;
  #countedAtUs = 0;
  #cancelRates = (): void => undefined;

  constructor(options: WorkerHostOptions) {
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
    this.#limits = new PageLimits(this.#clock, (limits) => this.#client?.limit(limits));
  }

  /** Takes a message of the page. */
  take(message: PageToWorker): void {
    switch (message.type) {
      case 'start':
        return this.#start(message);
      case 'subscribe': {
        const { subscription, channel, selectors, maxRateHz } = message;
        const open = this.#client?.subscribe({ channel, selectors, maxRateHz });
        if (open !== undefined) this.#subscriptions.set(subscription, open);
        return;
      }
      case 'tune':
        return this.#subscriptions.get(message.subscription)?.tune(message.maxRateHz);
      case 'unsubscribe':
        this.#subscriptions.get(message.subscription)?.close();
        this.#subscriptions.delete(message.subscription);
        return;
      case 'limit':
        return this.#limits.choose(message.limits);
      case 'visible':
        this.#delay.setVisible(message.isVisible);
        if (this.#client !== null) this.#client.shownLateMs = 0;
        return this.#limits.setVisible(message.isVisible);
      case 'history':
        void this.#ask(message);
        return;
      case 'cancel':
        return this.#requests.get(message.request)?.abort();
      case 'command':
        this.#client?.command(message.command);
        return;
      case 'pull':
        this.#isPulled = true;
        this.#delay.onPull(this.#clock.nowUs());
        if (this.#client !== null) this.#client.shownLateMs = this.#delay.delayMs;
        return this.#answer();
      case 'access':
        this.#client?.onSignIn(message.signedIn);
        return;
      case 'alive':
        // A worker of one page ends with it.
        return;
      case 'stop':
        return this.#stop();
    }
  }

  /** The machine says that it is online again. */
  onOnline(): void {
    this.#client?.retryNow();
  }

  #start({ url, encoding, client: name }: Extract<PageToWorker, { type: 'start' }>): void {
    if (this.#client !== null) return;
    const pending = this.#pending;
    const client = new TickwireClient({
      url,
      encoding,
      client: name,
      ticket: this.#options.ticket ?? ticketsOf(url),
      openSocket: (address, subprotocol, events) =>
        (this.#options.openSocket ?? openWebSocket)(address, subprotocol, {
          onOpen: () => this.#whole(() => events.onOpen()),
          onFrame: (frame) => this.#whole(() => events.onFrame(frame)),
          onClose: (code, reason) => this.#whole(() => events.onClose(code, reason)),
        }),
      clock: this.#clock,
      ...(this.#options.random === undefined ? {} : { random: this.#options.random }),
      listener: {
        onConnection: (report) => this.#note(() => pending.connection(report)),
        onWelcome: ({ epoch, resume }) => this.#note(() => pending.welcomed(epoch, resume === 'resumed')),
        onReset: () => this.#note(() => pending.reset()),
        onDictionary: (entries, whole) => this.#note(() => pending.dictionary(entries, whole)),
        onTimeline: (timeline) => this.#note(() => pending.timeline(timeline)),
        onStatus: (status) => this.#note(() => pending.status(status)),
        onGaps: (marks, whole) => this.#note(() => pending.gaps(marks, whole)),
        onCommandRefused: (error) => this.#note(() => pending.refused(error)),
        onLost: (instrument, count) => this.#note(() => pending.lost(instrument, count)),
        onQuote: (instrument) => pending.quote(instrument),
        onTrades: (instrument, trades, lost) => pending.trades(instrument, trades, lost),
        onBar: (instrument, intervalS, ...bar) => pending.bar(instrument, intervalS, bar),
        onBook: (instrument, bids, asks) => pending.book(instrument, bids, asks),
        onFrame: () => {
          const { asOf, timeUs } = client.mirror;
          this.#note(() => pending.head(asOf, timeUs, client.lagMs));
        },
      },
    });
    this.#client = client;
    this.#countedAtUs = this.#clock.nowUs();
    this.#armRates();
    client.start();
  }

  #note(write: () => void): void {
    write();
    this.#answer();
  }

  /** What one event of the socket changes is committed together: a new epoch never without the timeline that began it. */
  #whole(handle: () => void): void {
    this.#depth += 1;
    try {
      handle();
    } finally {
      this.#depth -= 1;
      this.#answer();
    }
  }

  #answer(): void {
    if (this.#depth > 0 || this.#pending.isEmpty || this.#client === null) return;
    if (!this.#isPulled) return this.#delay.onNews(() => this.#clock.nowUs());
    this.#isPulled = false;
    const { commit, transfer } = this.#pending.take(this.#client.mirror.columns);
    this.#options.post(commit, transfer);
  }

  async #ask({ request, query }: Extract<PageToWorker, { type: 'history' }>): Promise<void> {
    if (this.#client === null) return;
    const abort = new AbortController();
    this.#requests.set(request, abort);
    try {
      const answer = await this.#client.history(query, abort.signal);
      this.#note(() => this.#pending.history({ request, ok: true, answer }));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { code, message } = error;
      this.#note(() => this.#pending.history({ request, ok: false, code, message }));
    } finally {
      this.#requests.delete(request);
    }
  }

  #armRates(): void {
    this.#cancelRates = this.#clock.after(RATES_EVERY_MS, () => {
      this.#tellRates();
      this.#armRates();
    });
  }

  #tellRates(): void {
    const client = this.#client;
    if (client === null) return;
    const nowUs = this.#clock.nowUs();
    const seconds = Math.max(0.001, (nowUs - this.#countedAtUs) / 1e6);
    const { quoteFrames, valuesApplied } = client.mirror;
    const framesPerSecond = (quoteFrames - this.#countedFrames) / seconds;
    const valuesPerSecond = (valuesApplied - this.#countedValues) / seconds;
    this.#countedAtUs = nowUs;
    this.#countedFrames = quoteFrames;
    this.#countedValues = valuesApplied;
    this.#note(() =>
      this.#pending.rates({ framesPerSecond, valuesPerSecond, counters: { ...client.counters } }),
    );
  }

  #stop(): void {
    this.#cancelRates();
    this.#limits.close();
    this.#client?.close();
    this.#subscriptions.clear();
  }
}
