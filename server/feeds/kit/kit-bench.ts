import { setImmediate as turn } from 'node:timers/promises';
import type { Venue, VenueConnection, VenueListing } from '../venue/ports.ts';
import { VenueFeed } from '../venue/venue-feed.ts';
import { KitClock } from './kit-clock.ts';
import { KitSink } from './kit-sink.ts';
import { KitVenue, type Manners } from './kit-venue.ts';
import type { PlayedVenue } from './venue-script.ts';

const STEP_MS = 50;
/** A venue that lives by pings sends three in the time after which it is taken for dead. */
const PINGS_PER_SILENCE = 3;

/** One life of a feed against the venue that its capture plays: the runtime as it is, time and sockets the kit's own. */
export class KitBench {
  readonly played: PlayedVenue;
  readonly clock = new KitClock();
  readonly sink = new KitSink();
  readonly venue: KitVenue;
  readonly feed: VenueFeed;
  /** What the feed asked the adapter for. */
  readonly calls = { subscribe: 0, unsubscribe: 0, resync: 0, resyncFrames: 0 };
  readonly #subscribed = new Set<string>();
  #nextPingUs = 0;

  constructor(played: PlayedVenue, manners: Manners = {}) {
    this.played = played;
    this.venue = new KitVenue(played, this.clock, manners);
    this.feed = new VenueFeed({
      venue: this.#watched(played.venue),
      symbols: played.symbols,
      clock: this.clock,
      // A name stands for each key: the played venue lets everybody in.
      env: Object.fromEntries(played.venue.keys.map(({ env }) => [env, env])),
      random: () => 0.5,
      openSocket: this.venue.openSocket,
      fetch: this.venue.fetch,
    });
  }

  /** Starts the feed and watches every symbol. @throws what the feed rejects with */
  async start(): Promise<void> {
    const started = this.feed.start(this.sink);
    const progress = { isOver: false };
    const over = (): void => void (progress.isOver = true);
    started.then(over, over);
    for (let at = 0; at < 1_000 && !progress.isOver; at += 1) await this.run(STEP_MS);
    await started;
    this.feed.subscribe(this.sink.ids(this.played.symbols));
  }

  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.clock.advance(STEP_MS);
      this.#ping();
      this.venue.play();
      await turn();
    }
  }

  /** Runs until this holds; false when it does not within so much of the bench's time. */
  async until(holds: () => boolean, limitMs: number): Promise<boolean> {
    for (let passed = 0; passed < limitMs && !holds(); passed += STEP_MS) await this.run(STEP_MS);
    return holds();
  }

  /** Runs until the capture was sent to the end, and a little longer. */
  async playAll(): Promise<boolean> {
    const isDone = await this.until(() => this.venue.isPlayed, this.limitMs);
    await this.run(500);
    return isDone;
  }

  /** Beyond what a capture takes to be played. */
  get limitMs(): number {
    const { frames, venue } = this.played;
    const first = frames[0]?.timeUs ?? 0;
    const spanMs = ((frames.at(-1)?.timeUs ?? 0) - first) / 1000;
    const paced = (frames.length / Math.max(1, venue.framesPerSecond)) * 1000;
    return 60_000 + (Number.isFinite(spanMs) ? Math.max(0, spanMs) : 0) + Math.min(paced, 120_000);
  }

  get areAllLive(): boolean {
    return this.played.symbols.every((symbol) => this.sink.isLive(symbol));
  }

  count(counter: string): number {
    return this.feed.report().counters[counter] ?? 0;
  }

  #ping(): void {
    const { lifeSign, silenceMaxMs } = this.played.venue;
    const isSilent = this.venue.sent >= (this.venue.manners.silentFrom ?? Number.POSITIVE_INFINITY);
    if (lifeSign !== 'ping' || isSilent || this.clock.nowUs() < this.#nextPingUs) return;
    this.#nextPingUs = this.clock.nowUs() + (silenceMaxMs * 1000) / PINGS_PER_SILENCE;
    this.venue.ping();
  }

  /** The venue, with an ear at what the feed asks its adapter for. */
  #watched(venue: Venue): Venue {
    return {
      ...venue,
      listings: async (rest, symbols) => {
        const listed = await venue.listings(rest, symbols).catch(() => []);
        const names = new Set(listed.map(({ symbol }) => symbol));
        return [...listed, ...symbols.filter((symbol) => !names.has(symbol)).map(unlisted)];
      },
      connect: (port) => {
        const connection = venue.connect(port);
        this.#subscribed.clear();
        return this.#heard(connection);
      },
      ...(venue.trades === undefined ? {} : { trades: venue.trades.bind(venue) }),
      ...(venue.address === undefined ? {} : { address: venue.address.bind(venue) }),
    };
  }

  #heard(connection: VenueConnection): VenueConnection {
    return {
      onOpen: () => connection.onOpen(),
      onFrame: (frame, timeUs) => connection.onFrame(frame, timeUs),
      subscribe: (symbols) => {
        this.calls.subscribe += 1;
        for (const symbol of symbols) this.#subscribed.add(symbol);
        this.venue.isAsked = this.played.symbols.every((symbol) => this.#subscribed.has(symbol));
        return connection.subscribe(symbols);
      },
      unsubscribe: (symbols) => {
        this.calls.unsubscribe += 1;
        return connection.unsubscribe(symbols);
      },
      resync: (symbol) => {
        this.calls.resync += 1;
        const frames = connection.resync(symbol);
        this.calls.resyncFrames += frames.length;
        return frames;
      },
      ...(connection.ping === undefined ? {} : { ping: () => connection.ping!() }),
    };
  }
}

/** Where REST has no recorded answer, steps are learnt from the digits. */
function unlisted(symbol: string): VenueListing {
  return { symbol, name: symbol, assetClass: 'other', currency: '', tick: '', lot: '' };
}
