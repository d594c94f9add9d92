import { setImmediate } from 'node:timers/promises';
import {
  instrumentId,
  instrumentKey,
  type GapMark,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
} from '#protocol';
import type { Feed } from '../../../server/engine/ports.ts';
import { VenueFeed } from '../../../server/feeds/venue/venue-feed.ts';
import { LiveFeeds } from '../../../server/timelines/live-feeds.ts';
import { ManualClock } from '../manual-clock.ts';
import { coinbaseScript } from './coinbase.ts';
import { FakeVenue } from './fake-venue.ts';
import { krakenScript } from './kraken.ts';
import type { VenueScript } from './script.ts';

export const STEP_MS = 250;
const HEARTBEAT_MS = 1_000;
const TURNS = 60;

/** Coinbase as the primary and Kraken as its backup, both over loopback, with the test's time. */
export class TwoVenues {
  readonly clock = new ManualClock();
  readonly events: MarketEvent[] = [];
  readonly definitions: InstrumentDefinition[] = [];
  readonly trust = new Map<string, string>();
  readonly problems: string[] = [];
  readonly gaps: GapMark[] = [];
  readonly live: LiveFeeds;
  readonly coinbase: FakeVenue;
  readonly kraken: FakeVenue;
  readonly beganUs: number = this.clock.nowUs();
  /** When the start was over; 0 = it is not. */
  startedUs = 0;
  #msToHeartbeat = 0;

  private constructor(coinbase: FakeVenue, kraken: FakeVenue, options: TwoVenuesOptions) {
    this.coinbase = coinbase;
    this.kraken = kraken;
    const primary = this.#feed(coinbase);
    const backup = this.#feed(kraken);
    const feeds: Feed[] = options.isShown === true ? [primary, backup] : [primary];
    this.live = new LiveFeeds({
      clock: this.clock,
      feeds,
      backups: [{ primary, backup, mapping: { symbols: options.symbols ?? new Map<string, string>() } }],
      subscribe: options.subscribe ?? 'always',
      onProblem: (sentence) => this.problems.push(sentence),
      sink: {
        define: (definition) => {
          const keys = this.definitions.map(instrumentKey);
          const known = keys.indexOf(instrumentKey(definition));
          if (known < 0) return instrumentId(this.definitions.push(definition) - 1);
          this.definitions[known] = definition;
          return instrumentId(known);
        },
        onEvent: (event) => this.events.push(structuredClone(event)),
        onTrust: (id, reason) => this.trust.set(instrumentKey(this.definitions[id]!), reason),
        onGap: (mark) => this.gaps.push(mark),
      },
    });
  }

  static async start(options: TwoVenuesOptions = {}): Promise<TwoVenues> {
    const coinbase = await FakeVenue.start(coinbaseScript());
    const kraken = await FakeVenue.start(options.kraken ?? krakenScript());
    const world = new TwoVenues(coinbase, kraken, options);
    options.before?.(world);
    const starting = world.live.start();
    void starting.then(() => (world.startedUs = world.clock.nowUs()));
    await world.run(500);
    await Promise.race([starting, world.run(6_000)]);
    return world;
  }

  /** Ids of the trades that were shown, in order. */
  get trades(): string[] {
    return this.events.flatMap((event) =>
      event.type === 'trade' ? [`${event.instrument}:${event.tradeId}`] : [],
    );
  }

  /** How many instruments the backup serves now. */
  get serving(): number {
    return this.live.status().find(({ name }) => name === 'kraken')!.backup!.serving;
  }

  idOf(key: string): InstrumentId {
    return instrumentId(this.definitions.map(instrumentKey).indexOf(key));
  }

  asked(venue: FakeVenue, what: string): boolean {
    return [...venue.connections].some(({ received }) =>
      received.some((frame) => String(frame).includes(what)),
    );
  }

  async run(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await this.settle();
      this.#msToHeartbeat -= STEP_MS;
      if (this.#msToHeartbeat <= 0) {
        this.#msToHeartbeat = HEARTBEAT_MS;
        this.coinbase.heartbeat();
        this.kraken.heartbeat();
        await this.settle();
      }
      this.clock.advance(STEP_MS);
    }
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) {
      await setImmediate();
      this.clock.advance(0);
    }
  }

  async close(): Promise<void> {
    await this.live.close();
    await this.coinbase.close();
    await this.kraken.close();
  }

  #feed(fake: FakeVenue): VenueFeed {
    const { venue, symbols } = fake.script;
    const { clock } = this;
    return new VenueFeed({
      venue,
      symbols,
      clock,
      env: {},
      url: fake.url,
      restUrl: fake.restUrl,
      random: () => 0.5,
    });
  }
}

export interface TwoVenuesOptions {
  readonly subscribe?: 'demand' | 'always';
  /** Kraken's instruments are also shown as its own. */
  readonly isShown?: boolean;
  readonly kraken?: VenueScript;
  /** Runs before anything is started. */
  before?(world: TwoVenues): void;
  /** A mapping by symbol. */
  readonly symbols?: ReadonlyMap<string, string>;
}
