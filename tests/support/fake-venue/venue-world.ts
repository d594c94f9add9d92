import { setImmediate } from 'node:timers/promises';
import {
  instrumentId,
  type FeedState,
  type GapMark,
  type InstrumentDefinition,
  type MarketEvent,
} from '#protocol';
import type { InstrumentId } from '#protocol';
import { FeedSupervisor } from '../../../server/feeds/supervisor.ts';
import { VenueFeed } from '../../../server/feeds/venue/venue-feed.ts';
import { openWebSocket, type OpenSocket } from '../../../server/feeds/venue/venue-socket.ts';
import { ManualClock } from '../manual-clock.ts';
import { FakeVenue } from './fake-venue.ts';
import type { VenueScript } from './script.ts';

const STEP_MS = 250;
/** Turns of the loop that bytes on loopback may take. */
const TURNS_MAX = 20_000;
/** Turns without any movement after which all is taken to have arrived; more when the two ends count differently. */
const QUIET_TURNS = 10;
const QUIET_TURNS_UNEVEN = 80;

/**
 * A feed of a fake venue under its supervisor: bytes go over real sockets, time is the test's. `run` moves time on and lets what was
 * sent arrive before each step, so that nothing depends on how fast the machine is.
 */
export class VenueWorld {
  readonly clock = new ManualClock();
  readonly definitions: InstrumentDefinition[] = [];
  readonly events: MarketEvent[] = [];
  /** Why an instrument cannot be trusted; empty = it can. By symbol. */
  readonly trust = new Map<string, string>();
  /** All that was told, in order. */
  readonly told: string[] = [];
  readonly problems: string[] = [];
  /** What was told to be missing, in order. */
  readonly gaps: GapMark[] = [];
  readonly fake: FakeVenue;
  readonly feed: VenueFeed;
  readonly supervisor: FeedSupervisor;
  #framesIn = 0;
  #framesOut = 0;
  #opening = 0;
  #requests = 0;
  #msToHeartbeat = 0;

  private constructor(fake: FakeVenue, heartbeatMs: number) {
    const { script } = fake;
    this.fake = fake;
    this.heartbeatMs = heartbeatMs;
    this.feed = new VenueFeed({
      venue: script.venue,
      symbols: script.symbols,
      clock: this.clock,
      env: script.env ?? {},
      url: fake.url,
      restUrl: fake.restUrl,
      random: () => 0.5,
      openSocket: this.#countedSocket,
      fetch: this.#countedFetch,
    });
    this.supervisor = new FeedSupervisor({
      feed: this.feed,
      clock: this.clock,
      random: () => 0.5,
      onProblem: (sentence) => this.problems.push(sentence),
      sink: {
        define: (definition) => this.#define(definition),
        onEvent: (event) => this.events.push(structuredClone(event)),
        onGap: (mark) => this.gaps.push(mark),
        onTrust: (id, reason) => {
          const { symbol } = this.definitions[id]!;
          this.trust.set(symbol, reason);
          this.told.push(`${symbol}: ${reason}`);
        },
      },
    });
  }

  readonly heartbeatMs: number;

  /** A feed that is connected and has every symbol of the script live. */
  static async live(script: VenueScript): Promise<VenueWorld> {
    const world = await VenueWorld.idle(script);
    world.supervisor.subscribe(world.ids);
    await world.run(2 * STEP_MS);
    for (let step = 0; step < 40 && !world.isLive; step += 1) await world.run(STEP_MS);
    return world;
  }

  /** A feed that was started and is asked for nothing yet. */
  static async idle(script: VenueScript): Promise<VenueWorld> {
    const fake = await FakeVenue.start(script);
    const { silenceMaxMs, heartbeatMs = Math.floor(silenceMaxMs / 3) } = script.venue;
    const world = new VenueWorld(fake, Math.max(STEP_MS, heartbeatMs));
    await world.supervisor.start();
    return world;
  }

  get ids(): InstrumentId[] {
    return this.definitions.map((_, index) => instrumentId(index));
  }

  get isLive(): boolean {
    return this.fake.script.symbols.every((symbol) => this.trust.get(symbol) === '');
  }

  get state(): FeedState {
    return this.supervisor.status().state;
  }

  counter(name: string): number {
    return this.feed.report().counters[name] ?? 0;
  }

  /** The gaps of a symbol, and with null those of the whole feed. */
  gapsOf(symbol: string | null): GapMark[] {
    const id = this.definitions.findIndex((definition) => definition.symbol === symbol);
    return this.gaps.filter(({ instrument }) =>
      symbol === null ? instrument === undefined : instrument === id,
    );
  }

  /** Ids of the trades that were delivered of a symbol. */
  tradeIds(symbol: string): string[] {
    const id = this.definitions.findIndex((definition) => definition.symbol === symbol);
    return this.events
      .filter((event) => event.type === 'trade' && event.instrument === id)
      .map((event) => (event.type === 'trade' ? event.tradeId : ''));
  }

  /** A trade as it happens, sent to all connections. */
  trade(symbol: string, size?: string): string {
    const trade = this.fake.makeTrade(symbol, this.clock.nowUs(), size);
    this.fake.send(this.fake.script.trade(trade));
    return String(trade.id);
  }

  /** Moves time on; a healthy venue's heartbeats fall due on the way. */
  async run(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await this.settle();
      this.#msToHeartbeat -= STEP_MS;
      if (this.#msToHeartbeat <= 0) {
        this.#msToHeartbeat = this.heartbeatMs;
        this.fake.heartbeat();
        await this.settle();
      }
      this.clock.advance(Math.min(STEP_MS, left));
    }
    await this.settle();
  }

  /** Moves time on until something holds; false when it does not within `ms`. */
  async runUntil(holds: () => boolean, ms: number): Promise<boolean> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await this.settle();
      if (holds()) return true;
      await this.run(STEP_MS);
    }
    return holds();
  }

  /** Lets everything arrive that is on its way. */
  async settle(): Promise<void> {
    // A frame is answered, and the answer answered: quiet means that nothing moved for a few turns.
    let quiet = 0;
    let before = '';
    let enough = QUIET_TURNS_UNEVEN;
    for (let turn = 0; turn < TURNS_MAX && quiet < enough; turn += 1) {
      await setImmediate();
      this.clock.advance(0);
      const { framesSent, framesReceived, misconduct, connections } = this.fake;
      const opening = misconduct.ignoreUpgrades ? 0 : this.#opening;
      const now = `${this.#framesIn} ${this.#framesOut} ${framesSent} ${framesReceived} ${connections.size}`;
      // Frames that were cut off with their connection never arrive.
      const isEven = framesSent === this.#framesIn && framesReceived === this.#framesOut;
      enough = isEven ? QUIET_TURNS : QUIET_TURNS_UNEVEN;
      const isIdle = opening === 0 && this.#requests === 0;
      quiet = isIdle && now === before ? quiet + 1 : 0;
      before = now;
    }
  }

  async close(): Promise<void> {
    await this.supervisor.close();
    await this.fake.close();
  }

  #define(definition: InstrumentDefinition): InstrumentId {
    const known = this.definitions.findIndex(
      ({ venue, symbol }) => venue === definition.venue && symbol === definition.symbol,
    );
    if (known >= 0) this.definitions[known] = definition;
    else this.definitions.push(definition);
    return instrumentId(known >= 0 ? known : this.definitions.length - 1);
  }

  readonly #countedSocket: OpenSocket = (target, events) => {
    this.#opening += 1;
    let isOpening = true;
    const opened = (): void => {
      if (isOpening) this.#opening -= 1;
      isOpening = false;
    };
    const socket = openWebSocket(target, {
      onOpen: () => {
        opened();
        events.onOpen();
      },
      onFrame: (frame) => {
        this.#framesIn += 1;
        events.onFrame(frame);
      },
      onPing: () => events.onPing(),
      onClose: (reason) => {
        opened();
        events.onClose(reason);
      },
    });
    return {
      send: (frame) => {
        this.#framesOut += 1;
        socket.send(frame);
      },
      hold: (isHeld) => socket.hold?.(isHeld),
      close: () => {
        opened();
        socket.close();
      },
    };
  };

  readonly #countedFetch: typeof fetch = async (input, init) => {
    this.#requests += 1;
    try {
      const response = await fetch(input, init);
      const body = await response.text();
      return new Response(body, { status: response.status });
    } finally {
      this.#requests -= 1;
    }
  };
}
