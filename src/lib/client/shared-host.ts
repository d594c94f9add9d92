import type { Ticket } from './access-api.ts';
import { monotonicClock, type ClientClock } from './client-clock.ts';
import { SharedConnection } from './shared-connection.ts';
import { SharedPage, type PostToPage } from './shared-page.ts';
import { openWebSocket, type OpenSocket } from './web-socket.ts';
import type { PageToWorker } from './worker-api.ts';
import { WorkerHost } from './worker-host.ts';

/** A page without a lock that says nothing for so long is away, ms. A hidden page's timers run once a minute at worst. */
export const SILENT_MAX_MS = 300_000;
const LOOK_EVERY_MS = 30_000;

export interface SharedHostOptions {
  openSocket?: OpenSocket;
  clock?: ClientClock;
  random?: () => number;
  ticket?: () => Promise<Ticket>;
}

/** The worker's end of one page. */
export interface HostPort {
  take(message: PageToWorker): void;
  /** The page has ended. Idempotent. */
  gone(): void;
}

/**
 * The worker behind all tabs of a browser. Knows where each page gets its market from: all share one connection; a page that goes to
 * a replay has one of its own until it comes back; a page that ended or fell silent has none. Invariant: the shared connection is
 * there exactly while a page shares it.
 */
export class SharedHost {
  readonly #options: SharedHostOptions;
  readonly #openSocket: OpenSocket;
  readonly #clock: ClientClock;
  readonly #pages = new Set<SharedPage>();
  #shared: SharedConnection | null = null;
  /** Silence is looked for. */
  #isLooking = false;

  constructor(options: SharedHostOptions = {}) {
    this.#options = options;
    this.#openSocket = options.openSocket ?? openWebSocket;
    this.#clock = options.clock ?? monotonicClock;
  }

  /** Pages that are served, each by whichever connection. */
  get pages(): number {
    return this.#pages.size;
  }

  connect(post: PostToPage): HostPort {
    const page: SharedPage = new SharedPage(post, this.#clock, () => {
      if (page.place === 'shared') this.#shared?.settle();
    });
    return { take: (message) => this.#take(page, message), gone: () => this.#end(page) };
  }

  /** The machine says that it is online again. */
  onOnline(): void {
    this.#shared?.retryNow();
    for (const { own } of this.#pages) own?.onOnline();
  }

  #take(page: SharedPage, message: PageToWorker): void {
    if (message.type === 'stop') return this.#end(page);
    page.heardAtUs = this.#clock.nowUs();
    if (message.type === 'start') {
      if (page.started !== null) return;
      page.started = message;
      return this.#join(page, false);
    }
    // Said before the first word, or after the last.
    if (page.started === null) return;
    // It is the whole browser that signs in: every connection of it is told.
    if (message.type === 'access') {
      this.#shared?.onSignIn(message.signedIn);
      for (const { own } of this.#pages) own?.take(message);
      return;
    }
    this.#remember(page, message);
    switch (page.place) {
      case 'away':
        // It was frozen, or its machine slept.
        this.#join(page, true);
        return this.#serve(page, message);
      case 'shared':
        return this.#serve(page, message);
      case 'own':
        page.own?.take(message);
        if (message.type === 'command' && message.command.op === 'leave') this.#return(page, true);
    }
  }

  /** What has to be known of a page wherever it is served from. */
  #remember(page: SharedPage, message: PageToWorker): void {
    switch (message.type) {
      case 'alive':
        page.hasLock = message.lock !== null;
        return;
      case 'visible':
        return page.setVisible(message.isVisible);
      case 'limit':
        return page.choose(message.limits);
      case 'pull':
        page.isPulled = true;
        return page.delay.onPull(page.heardAtUs);
      case 'subscribe':
        // On the shared connection it is opened together with what is held for it.
        if (page.place !== 'shared') page.wish(message.subscription, { ...message });
        return;
      case 'unsubscribe':
        if (page.place !== 'shared') page.forget(message.subscription);
        return;
      case 'tune': {
        const wish = page.wishes.get(message.subscription);
        if (wish !== undefined) wish.maxRateHz = message.maxRateHz;
      }
    }
  }

  #serve(page: SharedPage, message: PageToWorker): void {
    const shared = this.#shared;
    if (shared === null) return;
    switch (message.type) {
      case 'subscribe': {
        if (page.wishes.has(message.subscription)) return;
        const wish = { ...message };
        if (shared.hasRoomFor(wish)) return shared.subscribe(page, message.subscription, wish);
        page.wish(message.subscription, wish);
        page.isCrowding = true;
        return this.#depart(page);
      }
      case 'tune': {
        const wish = page.wishes.get(message.subscription);
        if (wish !== undefined) shared.tune(page, wish);
        return;
      }
      case 'unsubscribe': {
        const wish = page.wishes.get(message.subscription);
        if (wish !== undefined) shared.unsubscribe(wish);
        return page.forget(message.subscription);
      }
      case 'history':
        void shared.ask(page, message);
        return;
      case 'cancel':
        return page.asked.get(message.request)?.abort.abort();
      case 'command':
        if (message.command.op !== 'open') return shared.command(page, message);
        this.#depart(page);
        return page.own?.take(message);
      case 'visible':
        return shared.settle();
      case 'pull':
        return shared.pulled(page);
    }
  }

  #join(page: SharedPage, again: boolean): void {
    const { started } = page;
    if (started === null) return;
    const { random, ticket } = this.#options;
    this.#shared ??= new SharedConnection({
      start: started,
      openSocket: this.#openSocket,
      clock: this.#clock,
      ...(random === undefined ? {} : { random }),
      ...(ticket === undefined ? {} : { ticket }),
    });
    this.#pages.add(page);
    page.place = 'shared';
    this.#shared.join(page, again);
    this.#look();
  }

  /** To a connection of its own: the code of a worker that serves one page, within this one. */
  #depart(page: SharedPage): void {
    const { started } = page;
    if (started === null) return;
    const asked = [...page.asked.values()].map(({ message }) => message);
    let wasAway = false;
    const own: WorkerHost = new WorkerHost({
      ...this.#options,
      post: (commit, transfer) => {
        const { timelines, refused } = commit;
        const cameBack = timelines.some(({ mode, switched }) => mode === 'live' && switched === true);
        wasAway ||= timelines.some(({ switched }) => switched === true);
        page.send(commit, transfer);
        // The server ended the replay, or never opened it: nothing is left that this page has for itself.
        const wasRefused = refused !== null && !wasAway;
        if (!cameBack && !wasRefused) return;
        queueMicrotask(() => {
          if (page.own === own) this.#return(page, cameBack);
        });
      },
    });
    page.place = 'own';
    page.own = own;
    own.take(started);
    own.take({ type: 'limit', limits: page.chosen });
    own.take({ type: 'visible', isVisible: page.isVisible });
    for (const [subscription, { channel, selectors, maxRateHz }] of page.wishes)
      own.take({ type: 'subscribe', subscription, channel, selectors, maxRateHz });
    for (const message of asked) own.take(message);
    if (page.isPulled) own.take({ type: 'pull' });
    this.#leaveShared(page);
  }

  /**
   * Back to the shared connection. A page that has no room there stays where it is.
   * @param again it was elsewhere: everything begins anew
   */
  #return(page: SharedPage, again: boolean): void {
    if (page.isCrowding) return;
    page.own?.take({ type: 'stop' });
    page.own = null;
    this.#join(page, again);
  }

  #leaveShared(page: SharedPage): void {
    this.#shared?.leave(page);
    if (this.#shared?.isEmpty !== true) return;
    this.#shared.close();
    this.#shared = null;
  }

  #end(page: SharedPage): void {
    this.#rest(page);
    page.started = null;
    page.close();
  }

  /** Nothing is asked for on behalf of a page any more. Its next word brings it back. */
  #rest(page: SharedPage): void {
    page.own?.take({ type: 'stop' });
    page.own = null;
    this.#leaveShared(page);
    page.place = 'away';
    this.#pages.delete(page);
  }

  /** Pages whose end nobody tells are known by their silence. */
  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#clock.after(LOOK_EVERY_MS, () => {
      this.#isLooking = false;
      const silentSinceUs = this.#clock.nowUs() - SILENT_MAX_MS * 1000;
      for (const page of this.#pages) if (!page.hasLock && page.heardAtUs < silentSinceUs) this.#rest(page);
      if (this.#pages.size > 0) this.#look();
    });
  }
}
