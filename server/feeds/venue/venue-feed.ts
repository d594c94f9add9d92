import { unixUs, type FeedState, type InstrumentId, type MarketEventType } from '#protocol';
import type { Cancel, Clock, EventSink, Feed, FeedReport } from '../../engine/ports.ts';
import { FeedHealth } from './feed-health.ts';
import { findListings } from './find-listings.ts';
import { GapFill } from './gap-fill.ts';
import { GapMarks } from './gap-marks.ts';
import { InstrumentDesk } from './instrument-desk.ts';
import { LOOK_MS } from './life-watch.ts';
import type { LinkOwner } from './link-owner.ts';
import { LinkPool } from './link-pool.ts';
import type { Venue } from './ports.ts';
import { RestClient } from './rest-client.ts';
import { spelledLike } from './spelled-like.ts';
import { VenueLink } from './venue-link.ts';
import { openWebSocket, type OpenSocket } from './venue-socket.ts';

/** A look that comes so much later was kept from coming: by a machine that slept or a clock that was put forward. */
const LATE_US = 1_000_000;
/** After so long a venue has let us go, whether or not we have heard of it: the connection is not to be believed. */
const AWAY_US_MAX = 30_000_000;
const NOBODY_WATCHES = 'Nobody watches: it is not subscribed.';

export interface VenueFeedOptions {
  readonly venue: Venue;
  /** As the venue spells them; empty = all that it lists. */
  readonly symbols: readonly string[];
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Instead of the venue's own addresses. */
  readonly url?: string;
  readonly restUrl?: string;
  readonly random?: () => number;
  readonly openSocket?: OpenSocket;
  readonly fetch?: typeof fetch;
}

/** What one start of the feed made, and `close` lets go of. */
interface Running {
  readonly rest: RestClient;
  readonly desk: InstrumentDesk;
  readonly pool: LinkPool;
  readonly sink: EventSink;
  readonly tick: Cancel;
}

/**
 * A venue as a feed: its adapter behind connections that come back, subscriptions that are answered, trades in order and once, and
 * instruments that are told to be stale while they are. It knows nothing of any one venue.
 *
 * Invariant: an instrument that is asked for is either live, or the sink was told in a sentence why it is not.
 */
export class VenueFeed implements Feed {
  readonly name: string;
  readonly venue: string;
  readonly simulated = false;
  readonly restartable = true;
  readonly tellsGaps = true;
  readonly offers: readonly MarketEventType[];
  readonly expects: readonly string[];
  readonly #options: VenueFeedOptions;
  readonly #health: FeedHealth;
  readonly #wanted = new Set<string>();
  /** Kept over restarts: what is not wanted any more may be told while the feed is down. */
  readonly #symbolOf = new Map<InstrumentId, string>();
  #running: Running | null = null;
  #gaps: GapFill | null = null;
  readonly #marks: GapMarks;
  #isStarting = false;
  #links = 0;
  /** Why trying again is no use; empty = it may be. */
  #failure = '';
  #lostReason = '';
  /** Two signs of life are missing; empty = they come. */
  #lateReason = '';
  #unlisted: readonly string[] = [];
  #lifeUs = 0;
  #lookedUs = 0;
  #told = '';
  readonly #owner: LinkOwner;

  constructor(options: VenueFeedOptions) {
    const { name, offers } = options.venue;
    this.#options = options;
    this.name = name;
    this.venue = name;
    this.offers = offers;
    const [example] = options.venue.symbolExamples;
    this.expects = options.symbols.flatMap((symbol) => spelledLike(example ?? symbol, symbol) ?? []);
    this.#health = new FeedHealth(options.clock);
    this.#owner = this.#makeOwner();
    this.#marks = this.#makeMarks();
  }

  /**
   * Asks for the listings, makes them known, and connects for what is subscribed. May be called again after `close`, or after it has
   * rejected.
   * @throws Error when the venue does not answer, or lists none of the symbols
   */
  async start(sink: EventSink): Promise<void> {
    if (this.#running !== null || this.#isStarting) return;
    const { venue, clock, symbols, restUrl, fetch: ask } = this.#options;
    this.#isStarting = true;
    this.#failure = '';
    this.#told = '';
    const rest = new RestClient({ base: restUrl ?? venue.restUrl, clock, fetch: ask ?? fetch });
    const running: Running = {
      rest,
      sink,
      desk: new InstrumentDesk({ facts: venue, sink, health: this.#health, marks: this.#marks, clock }),
      pool: this.#makePool(),
      tick: clock.every(LOOK_MS, () => this.#tick()),
    };
    this.#running = running;
    this.#lookedUs = clock.nowUs();
    // What was taken before a restart is not taken again.
    this.#gaps ??= this.#makeGaps();
    try {
      const { listings, unlisted } = await findListings(venue, rest, symbols);
      if (this.#running !== running) return;
      this.#unlisted = unlisted;
      if (listings.length === 0) throw new Error(`${venue.title} lists none of ${symbols.join(', ')}.`);
      running.desk.list(listings);
      for (const [id, symbol] of running.desk.ids()) this.#symbolOf.set(id, symbol);
      for (const [id, symbol] of this.#symbolOf)
        if (!running.desk.lists(symbol))
          sink.onTrust?.(id, `${venue.title} does not list ${symbol} any more.`);
    } catch (error) {
      if (this.#running === running) await this.close();
      throw error;
    } finally {
      // After a close and another start it is that one's to say.
      if (this.#running === running) this.#isStarting = false;
    }
    this.#want([...this.#wanted]);
    this.#tellState();
  }

  subscribe(instruments: readonly InstrumentId[]): void {
    const symbols = this.#symbolsOf(instruments).filter((symbol) => !this.#wanted.has(symbol));
    for (const symbol of symbols) this.#wanted.add(symbol);
    this.#want(symbols);
    this.#tellState();
  }

  unsubscribe(instruments: readonly InstrumentId[]): void {
    const symbols = this.#symbolsOf(instruments).filter((symbol) => this.#wanted.delete(symbol));
    this.#gaps?.pause(symbols);
    this.#marks.forget(symbols);
    this.#running?.pool.drop(symbols);
    this.#running?.desk.distrust(symbols, NOBODY_WATCHES);
    this.#tellState();
  }

  report(): FeedReport {
    const desk = this.#running?.desk;
    const retryUs = this.#running?.pool.retryUs ?? Infinity;
    return {
      counters: this.#health.counters(),
      problems: this.#health.problems,
      lifeUs: this.#lifeUs === 0 ? null : unixUs(this.#lifeUs),
      retryUs: retryUs === Infinity ? null : unixUs(retryUs),
      instruments: {
        listed: desk?.symbols.length ?? 0,
        wanted: this.#wanted.size,
        live: this.#liveCount(),
      },
    };
  }

  close(): Promise<void> {
    const running = this.#running;
    if (running === null) return Promise.resolve();
    this.#gaps?.close();
    this.#running = null;
    this.#isStarting = false;
    running.tick();
    running.pool.close();
    running.rest.close();
    running.desk.distrust(this.#wanted, 'The feed was stopped.', 'cut');
    return Promise.resolve();
  }

  #makeGaps(): GapFill {
    const { venue, clock } = this.#options;
    return new GapFill({
      venue,
      clock,
      health: this.#health,
      rest: { text: (path) => this.#askRest(path) },
      deliver: (trade) => this.#running?.desk.trade(trade),
      onWhole: (symbol) => this.#marks.followed(symbol),
      onGap: ({ symbol, fromId, toId, missing, fromUs, toUs }) => {
        this.#health.problem(`${symbol}: ${missing} of the trades ${fromId} to ${toId} never came.`);
        this.#marks.missing(symbol, fromUs, toUs, missing);
      },
    });
  }

  #makeMarks(): GapMarks {
    return new GapMarks(
      ({ symbol, ...gap }) => {
        const running = this.#running;
        const instrument = running?.desk.instrument(symbol)?.id;
        if (instrument !== undefined) running?.sink.onGap?.({ instrument, ...gap });
      },
      (symbol) => this.#gaps?.counts(symbol) === true,
    );
  }

  #makePool(): LinkPool {
    const { venue, clock, random = Math.random } = this.#options;
    return new LinkPool(
      {
        facts: venue,
        clock,
        random,
        health: this.#health,
        makeLink: (symbols) => this.#makeLink(symbols),
        onLost: (symbols, link, reason) => this.#onLost(symbols, link, reason),
      },
      (symbols, reason) => this.#running?.desk.distrust(symbols, reason),
    );
  }

  #makeLink(symbols: readonly string[]): VenueLink {
    const { venue, clock, random = Math.random, url, openSocket = openWebSocket } = this.#options;
    const serial = (this.#links += 1);
    const parts = { venue, url: url ?? venue.url, clock, random, openSocket, serial };
    return new VenueLink(parts, this.#owner, symbols);
  }

  /** What links tell. */
  #makeOwner(): LinkOwner {
    return {
      rest: { text: (path) => this.#askRest(path) },
      health: this.#health,
      key: (env) => this.#options.env[env] ?? '',
      instrument: (symbol) => this.#running?.desk.instrument(symbol) ?? null,
      onEvent: (link, event) => this.#running?.desk.event(link, event),
      onTrade: (link, trade) => {
        if (this.#running?.desk.hears(link, trade.symbol) === true) this.#gaps?.take(trade);
      },
      onLive: (link, symbol) => {
        this.#running?.desk.live(link, symbol);
        this.#tellState();
      },
      onFault: (link, symbol, reason, cause) => {
        this.#running?.desk.fault(link, symbol, reason, cause);
        this.#tellState();
      },
      onLate: (link, reason) => {
        this.#lateReason = reason;
        if (reason !== '') this.#health.problem(reason);
        this.#running?.desk.late(link, reason);
        this.#tellState();
      },
      onReady: (link) => this.#running?.pool.slotOf(link)?.onReady(link),
      onClosed: (link, reason) => {
        this.#health.problem(`The connection ended: ${reason}`);
        this.#running?.pool.slotOf(link)?.onClosed(link, reason);
        this.#tellState();
      },
      onRotate: (link, reason) => {
        this.#health.problem(`A new connection is opened: ${reason}`);
        this.#running?.pool.slotOf(link)?.rotate(link);
      },
      onFail: (reason) => this.#fail(reason),
    };
  }

  #askRest(path: string): Promise<string> {
    const rest = this.#running?.rest;
    return rest === undefined ? Promise.reject(new Error('The feed was closed.')) : rest.text(path);
  }

  #want(wanted: readonly string[]): void {
    const running = this.#running;
    if (running === null || this.#isStarting) return;
    // What was taken from the list since is not asked for.
    const symbols = wanted.filter((symbol) => running.desk.lists(symbol));
    if (symbols.length === 0) return;
    running.desk.distrust(symbols, this.#failure === '' ? `Waiting for ${this.name}.` : this.#failure);
    if (this.#failure === '') running.pool.want(symbols);
  }

  #onLost(symbols: ReadonlySet<string>, link: VenueLink, reason: string): void {
    this.#lostReason = `The connection ended: ${reason.replace(/\.$/, '')}.`;
    this.#lateReason = '';
    const running = this.#running;
    if (running === null) return;
    running.desk.lost(symbols, link, running.pool.links, this.#lostReason);
  }

  #fail(reason: string): void {
    this.#failure = reason;
    this.#running?.pool.close();
    this.#running?.desk.distrust(this.#wanted, reason, 'cut');
    this.#tellState();
  }

  #tick(): void {
    const running = this.#running;
    if (running === null) return;
    const nowUs = this.#options.clock.nowUs();
    const lateUs = nowUs - this.#lookedUs - LOOK_MS * 1000;
    this.#lookedUs = nowUs;
    if (lateUs >= LATE_US && lateUs <= AWAY_US_MAX)
      for (const link of running.pool.links) link.forgive(lateUs);
    running.pool.tick(nowUs);
    this.#gaps?.tick(nowUs);
    for (const link of running.pool.links) {
      if (link.readyUs > 0) this.#lifeUs = Math.max(this.#lifeUs, link.lifeUs);
    }
    this.#tellState();
  }

  #liveCount(): number {
    const desk = this.#running?.desk;
    if (desk === undefined) return 0;
    let live = 0;
    for (const symbol of this.#wanted) if (desk.isTrusted(symbol)) live += 1;
    return live;
  }

  #symbolsOf(instruments: readonly InstrumentId[]): string[] {
    return instruments.map((id) => this.#symbolOf.get(id)).filter((symbol) => symbol !== undefined);
  }

  #tellState(): void {
    const running = this.#running;
    if (running === null || this.#isStarting) return;
    const [state, sentence] = this.#state(running);
    const missing =
      this.#unlisted.length === 0
        ? ''
        : `${this.#options.venue.title} does not list ${this.#unlisted.join(', ')}.`;
    const message = [sentence, missing].filter((part) => part !== '').join(' ');
    if (this.#told === `${state} ${message}`) return;
    this.#told = `${state} ${message}`;
    running.sink.onState(state, message);
  }

  #state(running: Running): [FeedState, string] {
    if (this.#failure !== '') return ['down', this.#failure];
    const wanted = this.#wanted.size;
    if (wanted === 0) return ['live', 'Nobody watches: it is not connected.'];
    const live = this.#liveCount();
    if (live === wanted) return ['live', ''];
    if (live > 0) return ['live', `${wanted - live} of ${wanted} instruments are not live.`];
    if (running.pool.links.some(({ readyUs }) => readyUs > 0))
      return ['stale', this.#lateReason || 'No instrument is live yet.'];
    return [running.pool.retryUs < Infinity ? 'down' : 'connecting', this.#lostReason];
  }
}
