import {
  BAR_INTERVAL_SECONDS,
  InvariantError,
  QUOTE_FIELDS,
  channelIntervalSeconds,
  grantRateHz,
  isBarInterval,
  isDistinct,
  type Channel,
  type MarketEvent,
  type ServerMessage,
  type WireTrade,
} from '#protocol';
import { SelectorSet } from '../../../../server/engine/selector.ts';
import { Admission } from '../../../../server/sessions/admission.ts';
import { Session } from '../../../../server/sessions/session.ts';
import { ClientModel } from '../../../support/client-model.ts';
import { MemorySocket, encoded } from '../../../support/memory-socket.ts';
import { openGate } from '../../../support/open-gate.ts';
import { soleTimeline } from '../../../support/sole-timeline.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { book, instrument, quote, statistics, testTimeline, trade } from '../../../support/test-timeline.ts';

/** One step of a story. `client` and the other numbers are taken modulo what there is. */
export type Step =
  | { do: 'advance'; ms: number }
  | { do: 'stall'; ms: number }
  /** From now on there is so much time between two portions of a tick. */
  | { do: 'pace'; ms: number }
  | { do: 'events'; seed: number; count: number }
  /** Events and short pauses in turn. */
  | { do: 'trading'; seed: number; rounds: number }
  | { do: 'define' }
  | { do: 'rebase' }
  | { do: 'subscribe'; client: number; channel: Channel; selectors: readonly string[]; rateHz: number }
  | { do: 'unsubscribe'; client: number; which: number }
  | { do: 'tune'; client: number; which: number; rateHz: number }
  | { do: 'limit'; client: number; rateHz: number; bitsPerSecond: number }
  | { do: 'lag'; client: number }
  | { do: 'full'; client: number }
  | { do: 'drained'; client: number }
  | { do: 'deliver'; client: number; frames: number }
  | { do: 'cut'; client: number }
  | { do: 'connect'; client: number }
  | { do: 'hold'; clear: boolean }
  | { do: 'release' };

interface OpenSubscription {
  readonly number: number;
  readonly channel: Channel;
  readonly selectors: readonly string[];
  rateHz: number;
  /** The slowest rate that it was served at on this connection. */
  heldRateHz: number;
  /** Frames sent when its first values were among them; it is held once so many were delivered. */
  heldAt: number;
  /** Per instrument the first trade (or change) that it must see; null = what the epoch began with. */
  firstSeqs: number[] | null;
  /** Instruments that it added to its channel, and whose past is unknown. */
  added: number[];
}

const QUEUE_FULL = 300_000;
/** Time between two portions of a tick. */
const PORTION_MS = 2;
const SYMBOLS = ['AA', 'AB', 'BA', 'BB'];

/** Channels whose entries come once each, in order. */
const DISTINCT = ['trade', 'raw'] as const;
type Distinct = (typeof DISTINCT)[number];

/** What the viewers watch at first: fast and slow, alone and overlapping. */
const FIRST_STEPS: readonly Step[] = [
  { do: 'subscribe', client: 0, channel: 'quote', selectors: ['*'], rateHz: 10 },
  { do: 'subscribe', client: 0, channel: 'trade', selectors: ['*'], rateHz: 1 },
  { do: 'subscribe', client: 1, channel: 'trade', selectors: ['A*'], rateHz: 5 },
  { do: 'subscribe', client: 1, channel: 'trade', selectors: ['*'], rateHz: 0.5 },
  { do: 'subscribe', client: 1, channel: 'bar:1s', selectors: ['*'], rateHz: 2 },
  { do: 'subscribe', client: 1, channel: 'raw', selectors: ['*', '!AA'], rateHz: 2 },
  { do: 'subscribe', client: 2, channel: 'book', selectors: ['*', '!AB'], rateHz: 20 },
  { do: 'subscribe', client: 2, channel: 'quote', selectors: ['*'], rateHz: 0.2 },
];

/** A viewer: a connection when there is one, what it holds, and what it wants. */
class Viewer {
  readonly model = new ClientModel();
  readonly encoding: 'binary' | 'json';
  readonly subscriptions = new Map<number, OpenSubscription>();
  /** Those that were closed too: their answers may still be under way. */
  readonly everOpened = new Map<number, OpenSubscription>();
  socket = new MemorySocket();
  session: Session | null = null;
  delivered = 0;
  epoch = '';
  resumes = false;
  /** The first trade or change that it must see of an instrument; 'epoch' = the first one after the epoch's begin. */
  readonly firstSeqs = {
    trade: new Map<number, number | 'epoch'>(),
    raw: new Map<number, number | 'epoch'>(),
  };

  /** The lowest ceiling of the connection, Hz: one that was lifted may still have held back what is under way [RS11]. */
  ceilingHz = 60;

  /** [RS8] A ceiling holds back what its period holds. */
  get resumableAsOf(): number {
    return Math.max(0, this.model.asOf - Math.ceil(1000 / this.ceilingHz));
  }

  constructor(encoding: 'binary' | 'json') {
    this.encoding = encoding;
  }

  isHeld(subscription: OpenSubscription): boolean {
    return this.delivered >= subscription.heldAt;
  }
}

/**
 * A timeline with some viewers who do what a story says, over sockets whose frames arrive late or never. `checkAll` then looks
 * whether everybody holds exactly what the engine holds.
 */
export class OutboxWorld {
  readonly #parts;
  readonly #admission: Admission;
  readonly #viewers = [new Viewer('binary'), new Viewer('binary'), new Viewer('json')];
  /** Every trade of the epoch, by instrument; the place is the sequence - 1. */
  #reference: WireTrade[][] = [];
  /** Every change of the epoch in the same way: all fields as they stood after it. */
  #changes: Record<string, number>[][] = [];
  /** Newest trade of each instrument when an epoch began to be served. */
  readonly #epochStarts = new Map<string, Record<Distinct, number[]>>();
  #held = false;
  #number = 0;
  #portionMs = PORTION_MS;

  constructor(tradeRingSize: number) {
    this.#parts = testTimeline({ symbols: SYMBOLS.slice(0, 2), tradeRingSize, chunkViewers: 1 });
    // Other things happen between two portions of a tick.
    const { clock } = this.#parts;
    clock.soon = (run) => clock.after(this.#portionMs, run);
    this.#admission = new Admission(clock);
    this.#epochStarts.set(this.#parts.timeline.epoch, { trade: [], raw: [] });
    for (const viewer of this.#viewers) {
      viewer.model.onMessage = (message) => this.#onMessage(viewer, message);
      for (const channel of DISTINCT)
        viewer.model[channel].firstSeq = (id) => this.#firstSeq(viewer, channel, id);
      this.#connect(viewer);
    }
    this.run(FIRST_STEPS);
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step);
  }

  /** Lets everything come to rest and compares. Throws where a viewer differs from the engine. */
  checkAll(): void {
    const { clock } = this.#parts;
    this.#portionMs = PORTION_MS;
    this.#step({ do: 'release' });
    for (const viewer of this.#viewers) {
      viewer.socket.queuedBytes = 0;
      if (viewer.session === null) this.#connect(viewer);
    }
    clock.advance(25);
    for (const viewer of this.#viewers) {
      this.#ping(viewer);
      this.#say(viewer, { type: 'tune', maxRateHz: 60, maxBitsPerSecond: 0 });
    }
    clock.advance(11_000);
    for (const viewer of this.#viewers) this.#ping(viewer);
    clock.advance(11_000);
    for (const viewer of this.#viewers) {
      this.#deliver(viewer, Number.POSITIVE_INFINITY);
      this.#checkQuotes(viewer);
      this.#checkBooks(viewer);
      for (const channel of DISTINCT) this.#checkDistinct(viewer, channel);
      this.#checkBars(viewer);
    }
  }

  async close(): Promise<number> {
    for (const viewer of this.#viewers) viewer.session?.onClosed();
    this.#admission.close();
    await this.#parts.timeline.close();
    return this.#parts.clock.pendingTimers;
  }

  #step(step: Step): void {
    const { clock, engine, timeline } = this.#parts;
    switch (step.do) {
      case 'advance':
        clock.advance(step.ms);
        for (const viewer of this.#viewers) this.#ping(viewer);
        return;
      case 'stall':
        clock.stall(step.ms);
        for (const viewer of this.#viewers) this.#ping(viewer);
        return;
      case 'pace':
        this.#portionMs = step.ms;
        return;
      case 'events':
        return this.#events(step.seed, step.count);
      case 'trading': {
        const random = new SeededRandom(step.seed);
        for (let round = 0; round < step.rounds; round += 1) {
          this.#events(random.below(1e9), random.between(1, 4));
          clock.advance(random.pick([1, 3, 10, 40, 120]));
        }
        return;
      }
      case 'define': {
        const symbol = SYMBOLS[engine.dictionary.size];
        if (symbol !== undefined) engine.define(instrument(symbol));
        return;
      }
      case 'rebase':
        return engine.dictionary.rebase(engine.state);
      case 'hold':
        this.#held = true;
        timeline.hold(step.clear);
        if (step.clear) {
          this.#reference = [];
          this.#changes = [];
        }
        for (const viewer of this.#viewers)
          for (const subscription of viewer.subscriptions.values()) subscription.heldAt = Infinity;
        return;
      case 'release':
        if (!this.#held) return;
        this.#held = false;
        timeline.release();
        this.#epochStarts.set(timeline.epoch, {
          trade: this.#newestSeqs('trade'),
          raw: this.#newestSeqs('raw'),
        });
        for (const viewer of this.#viewers)
          for (const subscription of viewer.subscriptions.values()) subscription.heldAt = viewer.socket.sent;
        return;
      default:
        return this.#viewerStep(this.#viewers[step.client % this.#viewers.length]!, step);
    }
  }

  #viewerStep(viewer: Viewer, step: Extract<Step, { client: number }>): void {
    const { socket, session } = viewer;
    if (session === null) {
      if (step.do === 'connect') this.#connect(viewer);
      return;
    }
    switch (step.do) {
      case 'subscribe': {
        if (viewer.subscriptions.size >= 5) return;
        const { channel, selectors, rateHz } = step;
        const subscription = { channel, selectors, rateHz, number: (this.#number += 1) };
        return this.#subscribe(
          viewer,
          { ...subscription, heldRateHz: rateHz, heldAt: 0, firstSeqs: null, added: [] },
          false,
        );
      }
      case 'unsubscribe': {
        const subscription = this.#pick(viewer, step.which);
        if (subscription === undefined) return;
        viewer.subscriptions.delete(subscription.number);
        this.#say(viewer, { type: 'unsubscribe', subscription: subscription.number });
        return;
      }
      case 'tune': {
        const subscription = this.#pick(viewer, step.which);
        if (subscription === undefined) return;
        subscription.heldRateHz = Math.min(subscription.heldRateHz, subscription.rateHz);
        subscription.rateHz = step.rateHz;
        this.#say(viewer, { type: 'tune', subscription: subscription.number, maxRateHz: step.rateHz });
        return;
      }
      case 'limit':
        viewer.ceilingHz = Math.min(viewer.ceilingHz, grantRateHz(step.rateHz));
        this.#say(viewer, { type: 'tune', maxRateHz: step.rateHz, maxBitsPerSecond: step.bitsPerSecond });
        return;
      case 'lag':
        this.#say(viewer, { type: 'ack', asOf: viewer.model.asOf, lagMs: 5_000 });
        return;
      case 'full':
        socket.queuedBytes = QUEUE_FULL;
        return;
      case 'drained':
        socket.queuedBytes = 0;
        return;
      case 'deliver':
        return this.#deliver(viewer, step.frames);
      case 'cut':
        session.onClosed();
        viewer.session = null;
        // What was under way is lost with the connection.
        socket.take();
        return;
      case 'connect':
        return;
      default:
        step satisfies never;
    }
  }

  #connect(viewer: Viewer): void {
    const { model } = viewer;
    const held = [...viewer.subscriptions.values()].filter((one) => viewer.isHeld(one));
    const unheld = [...viewer.subscriptions.values()].filter((one) => !viewer.isHeld(one));
    const wantsResume = model.epoch !== '' && model.asOf > 0;
    viewer.socket = new MemorySocket(viewer.encoding);
    viewer.delivered = 0;
    viewer.session = new Session({
      id: 'test',
      socket: viewer.socket,
      timelines: soleTimeline(this.#parts.timeline, this.#parts.clock),
      clock: this.#parts.clock,
      serverName: 'test',
      allowControl: false,
      admission: this.#admission,
      gate: openGate(this.#parts.clock),
      bitsPerSecondMax: 0,
      onEnd: () => {},
      log: () => {},
    });
    viewer.resumes = wantsResume && model.epoch === this.#parts.timeline.epoch;
    this.#say(viewer, {
      type: 'hello',
      version: 1,
      client: 'test',
      ...(wantsResume ? { resume: { epoch: model.epoch, asOf: viewer.resumableAsOf } } : {}),
    });
    if (viewer.resumes) model.asOf = viewer.resumableAsOf;
    viewer.ceilingHz = 60;
    model.reconnected(viewer.resumes);
    viewer.subscriptions.clear();
    for (const one of held) this.#subscribe(viewer, one, viewer.resumes);
    for (const one of unheld) this.#subscribe(viewer, one, false);
  }

  #subscribe(viewer: Viewer, subscription: OpenSubscription, resume: boolean): void {
    const { channel, selectors, rateHz, number } = subscription;
    // [RS11] What was waiting at a slower rate is not left out.
    const maxRateHz = resume ? Math.min(rateHz, subscription.heldRateHz) : rateHz;
    const before = this.#covered(viewer, channel);
    viewer.subscriptions.set(number, subscription);
    viewer.everOpened.set(number, subscription);
    if (!resume) {
      subscription.added = [...this.#covered(viewer, channel)].filter((id) => !before.has(id));
      subscription.firstSeqs = this.#held || !isDistinct(channel) ? null : this.#newestSeqs(channel);
    } else {
      subscription.added = [];
    }
    this.#say(viewer, {
      type: 'subscribe',
      subscription: number,
      channel,
      selectors,
      maxRateHz,
      ...(resume ? { resume } : {}),
    });
    if (maxRateHz < rateHz) this.#say(viewer, { type: 'tune', subscription: number, maxRateHz: rateHz });
    else subscription.heldRateHz = rateHz;
    subscription.heldAt = this.#held ? Number.POSITIVE_INFINITY : viewer.socket.sent;
  }

  #say(viewer: Viewer, message: Record<string, unknown>): void {
    viewer.session!.onFrame(encoded(message, viewer.encoding));
  }

  #ping(viewer: Viewer): void {
    viewer.session?.onFrame(encoded({ type: 'ping', nonce: 1 }, viewer.encoding));
  }

  #deliver(viewer: Viewer, frames: number): void {
    for (const frame of viewer.socket.take(frames)) {
      viewer.delivered += 1;
      viewer.model.receive(frame);
    }
  }

  #onMessage(viewer: Viewer, message: ServerMessage): void {
    const { model } = viewer;
    if (message.type === 'error') throw new InvariantError(`refused: ${message.message}`);
    if (message.type === 'timeline' && message.epoch !== viewer.epoch) {
      viewer.epoch = message.epoch;
      for (const channel of DISTINCT) {
        viewer.firstSeqs[channel].clear();
        for (const id of this.#parts.engine.dictionary.ids()) viewer.firstSeqs[channel].set(id, 'epoch');
      }
    }
    if (message.type !== 'subscribed') return;
    const subscription = viewer.everOpened.get(message.subscription);
    for (const id of subscription?.added ?? []) {
      if (isDistinct(message.channel)) {
        model[message.channel].forget(id);
        viewer.firstSeqs[message.channel].set(
          id,
          subscription!.firstSeqs === null ? 'epoch' : (subscription!.firstSeqs[id] ?? 0) + 1,
        );
      }
      model.bars.delete(`${channelIntervalSeconds(message.channel)}/${id}`);
    }
  }

  /** The trade with which a viewer's knowledge of an instrument begins; undefined when that cannot be told. */
  #firstSeq(viewer: Viewer, channel: Distinct, id: number): number | undefined {
    const first = viewer.firstSeqs[channel].get(id);
    if (first !== 'epoch') return first;
    const epochStart = this.#epochStarts.get(viewer.model.epoch)?.[channel];
    return epochStart === undefined ? undefined : (epochStart[id] ?? 0) + 1;
  }

  #events(seed: number, count: number): void {
    const { clock, engine } = this.#parts;
    const random = new SeededRandom(seed);
    for (let index = 0; index < count; index += 1) {
      const id = random.below(engine.dictionary.size);
      const price = 100_000 + random.between(-50, 50) * (random.chance(0.02) ? 5_000 : 1);
      const lateUs = random.chance(0.2) ? random.between(-1_000_000, 5_000_000) : 0;
      const timeUs = clock.nowUs() - lateUs;
      const kind = random.below(5);
      if (kind === 0) {
        const sizes = [random.between(1, 9), random.between(1, 9)] as const;
        const bid = random.chance(0.2) ? NaN : price - 1;
        this.#event(id, quote(id, timeUs, bid, sizes[0], price + 1, sizes[1]));
      } else if (kind === 1) {
        const levels = (from: number, step: number): number[] =>
          Array.from({ length: random.below(14) }, (_, at) => [from + at * step, random.below(3)]).flat();
        this.#event(id, book(id, timeUs, random.chance(0.3), levels(price - 1, -1), levels(price + 1, 1)));
      } else if (kind === 2 && random.chance(0.1)) {
        this.#event(id, statistics(id, timeUs, { open: price, high: price + 99, volume: random.below(99) }));
      } else {
        const size = random.between(0, 90_000);
        this.#event(id, trade(id, timeUs, price, size));
        this.#reference[id] ??= [];
        this.#reference[id].push({ venueTimeUs: timeUs, price, size, aggressor: 1 });
      }
    }
  }

  /** Hands the engine an event, and notes what all fields are after it when it changed some. */
  #event(id: number, event: MarketEvent): void {
    const { engine } = this.#parts;
    const before = engine.raw.newestSeq(id);
    engine.onEvent(event);
    if (engine.raw.newestSeq(id) === before) return;
    this.#changes[id] ??= [];
    const fields = QUOTE_FIELDS.map((field) => [field, engine.state.columns[field][id]!] as const);
    this.#changes[id].push({ timeUs: event.venueTimeUs, ...Object.fromEntries(fields) });
  }

  /* ---- comparing ---- */

  #checkQuotes(viewer: Viewer): void {
    const { columns } = this.#parts.engine.state;
    for (const id of this.#covered(viewer, 'quote')) {
      for (const field of Object.keys(columns) as (keyof typeof columns)[]) {
        const expected = columns[field][id]!;
        const actual = viewer.model.columns[field][id]!;
        const same = field === 'tradeTimeUs' ? Math.abs(actual - expected) < 1_000 : actual === expected;
        equal(
          same || (Number.isNaN(actual) && Number.isNaN(expected)),
          `${field} of ${id}`,
          actual,
          expected,
        );
      }
    }
  }

  #checkBooks(viewer: Viewer): void {
    for (const id of this.#covered(viewer, 'book')) {
      const expected = this.#parts.engine.state.bookLevels(id as never);
      const actual = viewer.model.books.get(id);
      equal(JSON.stringify(actual) === JSON.stringify(expected), `book of ${id}`, actual, expected);
    }
  }

  #checkDistinct(viewer: Viewer, channel: Distinct): void {
    const ring = { trade: this.#parts.engine.trades, raw: this.#parts.engine.raw }[channel];
    const log = viewer.model[channel];
    for (const id of this.#covered(viewer, channel)) {
      const known = log.rows.get(id);
      const first = this.#firstSeq(viewer, channel, id);
      const newest = ring.newestSeq(id);
      if (first !== undefined && first <= newest && known === undefined)
        equal(false, `${channel} of ${id}`, 'none', `${first} to ${newest}`);
      if (known === undefined) continue;
      equal(log.lastSeq.get(id) === newest, `newest ${channel} of ${id}`, log.lastSeq.get(id), newest);
      for (const [seq, got] of known) {
        if (got === null) continue;
        const expected = channel === 'trade' ? this.#reference[id]![seq - 1] : this.#changeOf(id, seq, got);
        equal(JSON.stringify(got) === JSON.stringify(expected), `${channel} ${seq} of ${id}`, got, expected);
      }
    }
  }

  /** What a change must be that has these fields. */
  #changeOf(id: number, seq: number, got: object): unknown {
    const expected = this.#changes[id]![seq - 1]!;
    return Object.fromEntries(
      Object.entries(got).map(([field, value]) => [field, field === 'bits' ? value : expected[field]]),
    );
  }

  #checkBars(viewer: Viewer): void {
    for (const channel of new Set([...viewer.subscriptions.values()].map((one) => one.channel))) {
      const interval = channel.slice(4);
      if (!isBarInterval(interval)) continue;
      const intervalS = BAR_INTERVAL_SECONDS[interval];
      for (const id of this.#covered(viewer, channel)) {
        const actual = viewer.model.barsOf(intervalS, id);
        const expected = this.#parts.engine.bars.range(
          intervalS,
          id,
          actual[0]?.startS ?? 0,
          Infinity,
          3_600,
        );
        equal(JSON.stringify(actual) === JSON.stringify(expected), `${channel} of ${id}`, actual, expected);
      }
    }
  }

  /* ---- looking up ---- */

  #newestSeqs(channel: Distinct): number[] {
    const { dictionary, trades, raw } = this.#parts.engine;
    return dictionary.ids().map((id) => (channel === 'raw' ? raw : trades).newestSeq(id));
  }

  #pick(viewer: Viewer, which: number): OpenSubscription | undefined {
    return [...viewer.subscriptions.values()][which % Math.max(1, viewer.subscriptions.size)];
  }

  #matches(subscription: OpenSubscription, id: number): boolean {
    const { dictionary } = this.#parts.engine;
    return SelectorSet.parse(subscription.selectors)!.matches(dictionary.definition(id as never));
  }

  #covered(viewer: Viewer, channel: Channel): Set<number> {
    const ids = this.#parts.engine.dictionary.ids();
    const open = [...viewer.subscriptions.values()].filter((one) => one.channel === channel);
    return new Set(ids.filter((id) => open.some((one) => this.#matches(one, id))));
  }
}

function equal(same: boolean, what: string, actual: unknown, expected: unknown): void {
  if (same) return;
  throw new InvariantError(
    `${what}: a viewer holds ${JSON.stringify(actual)}, the engine ${JSON.stringify(expected)}`,
  );
}
