import { describe, expect, it } from 'vitest';
import { instrumentId, type ServerMessage } from '#protocol';
import type { Grant } from '../../../server/access/authority.ts';
import { SelectorSet } from '../../../server/engine/selector.ts';
import { KnownTokens } from '../../support/known-tokens.ts';
import { openGate } from '../../support/open-gate.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { instrument, testTimeline, trade } from '../../support/test-timeline.ts';
import { TestViewer } from '../../support/test-viewer.ts';

const BASES = ['BTC', 'ETH', 'SOL', 'XRP'];
const QUOTES = ['USD', 'EUR', 'GBP'];
const VENUES = ['kraken', 'coinbase'];
const CLASSES: readonly (readonly string[] | undefined)[] = [
  undefined,
  ['BTC-*'],
  ['BTC-*', 'ETH-USD'],
  ['venue:kraken'],
  ['*', '!venue:kraken'],
  ['*-USD', '!kraken:BTC-USD'],
  ['coinbase:SOL-GBP'],
  [],
];
const SELECTORS = [
  '*',
  'BTC-USD',
  'kraken:BTC-USD',
  'ETH-*',
  'venue:coinbase',
  'XRP-EUR',
  'SOL-GBP',
  '!BTC-EUR',
  'NONE',
];
const CHANNELS = ['quote', 'trade', 'bar:1s', 'book', 'raw'];
const STEPS = 250;

interface Watching {
  readonly viewer: TestViewer;
  token: string;
  readonly subscriptions: Set<number>;
  /** Frames and messages that were looked at. */
  frames: number;
}

/** Market, viewers of all classes, and random doings of all of them; every frame is checked against what its viewer may see then. */
class World {
  readonly random: SeededRandom;
  readonly parts = testTimeline();
  readonly known = new KnownTokens();
  readonly gate = openGate(this.parts.clock, [this.known]);
  readonly watching: Watching[] = [];
  readonly listed: ReturnType<typeof instrument>[] = [];
  readonly #unlisted: ReturnType<typeof instrument>[];
  #number = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.#unlisted = this.random.shuffled(
      VENUES.flatMap((venue) =>
        BASES.flatMap((base) => QUOTES.map((quote) => instrument(`${base}-${quote}`, { venue }))),
      ),
    );
    for (const [index, symbols] of CLASSES.entries())
      this.known.grants.set(`t${index}`, this.#grant(symbols));
    while (this.#unlisted.length > 8) this.#list();
    for (let count = 0; count < 24; count += 1) {
      const token = `t${count % CLASSES.length}`;
      const viewer = new TestViewer(this.parts, { gate: this.gate }).hello(undefined, token);
      this.watching.push({ viewer, token, subscriptions: new Set(), frames: 0 });
      this.#subscribe(this.watching.at(-1)!, ['*'], 'quote', 10);
    }
  }

  step(): void {
    const { random } = this;
    const one = random.pick(this.watching);
    const doing = random.below(20);
    if (doing === 0) this.#list();
    else if (doing <= 3)
      this.#subscribe(
        one,
        [random.pick(SELECTORS), random.pick(SELECTORS), '*'].slice(0, random.between(1, 3)),
        random.pick(CHANNELS),
        random.pick([1, 10, 20]),
      );
    else if (doing <= 5) this.#unsubscribe(one);
    else if (doing === 6) this.#change(one);
    else if (doing === 7) this.#take(random.below(CLASSES.length));
    else this.#trade();
    this.parts.clock.advance(random.between(1, 120));
    this.#check();
  }

  settle(): void {
    this.parts.clock.advance(3_000);
    this.#check();
  }

  sees(token: string, id: number): boolean {
    const { symbols } = this.known.grants.get(token)!;
    if (symbols === undefined) return true;
    return SelectorSet.parse(symbols)?.matches(this.listed[id]!) === true;
  }

  #grant(symbols: readonly string[] | undefined): Grant {
    return { user: 'x', ...(symbols === undefined ? {} : { symbols }) };
  }

  #list(): void {
    const next = this.#unlisted.pop();
    if (next === undefined) return;
    this.listed.push(next);
    this.parts.engine.define(next);
    this.#trade(this.listed.length - 1);
  }

  #trade(id = this.random.below(this.listed.length)): void {
    const { clock, engine } = this.parts;
    engine.onEvent(trade(id, clock.nowUs(), 1_000 * (id + 1) + this.random.below(900), 1));
  }

  #subscribe(one: Watching, selectors: readonly string[], channel: string, maxRateHz: number): void {
    if (one.subscriptions.size > 5) return this.#unsubscribe(one);
    if (selectors.every((selector) => selector.startsWith('!'))) return;
    this.#number += 1;
    one.subscriptions.add(this.#number);
    one.viewer.subscribe(this.#number, channel, selectors, { maxRateHz });
  }

  #unsubscribe(one: Watching): void {
    const [first] = one.subscriptions;
    if (first === undefined) return;
    one.subscriptions.delete(first);
    one.viewer.say({ type: 'unsubscribe', subscription: first });
  }

  /** Another token: what was under way belongs to the class before. */
  #change(one: Watching): void {
    this.#check();
    one.token = `t${this.random.below(CLASSES.length)}`;
    one.viewer.say({ type: 'token', token: one.token });
  }

  /** A class may see something else from now on. */
  #take(index: number): void {
    this.#check();
    this.known.grants.set(`t${index}`, this.#grant(this.random.pick(CLASSES)));
    this.known.recheck();
    this.parts.clock.advance(1);
  }

  #check(): void {
    for (const one of this.watching) {
      const { viewer, token } = one;
      const heard = viewer.heard();
      const hidden = (id: number): boolean => !this.sees(token, id);
      const frames = viewer.model.frames.slice(one.frames);
      one.frames = viewer.model.frames.length;
      expect(frames.flatMap(({ ids }) => ids.filter(hidden))).toEqual([]);
      expect([...viewer.model.entries.keys()].filter(hidden)).toEqual([]);
      expect(
        namedIn(heard).filter((key) =>
          this.listed.some((of, id) => key === `${of.venue}:${of.symbol}` && hidden(id)),
        ),
      ).toEqual([]);
    }
  }
}

const namedIn = (messages: readonly ServerMessage[]): string[] =>
  messages.flatMap((message) =>
    message.type === 'instruments' ? message.entries.map(({ venue, symbol }) => `${venue}:${symbol}`) : [],
  );

describe('viewers of different classes', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    '[SEC7] are never sent what they may not see, and all of what they may, whatever happens (seed %i)',
    (seed) => {
      const world = new World(seed);
      for (let step = 0; step < STEPS; step += 1) world.step();
      for (const one of world.watching) one.viewer.subscribe(9_999, 'quote', ['*']);
      world.settle();
      const { columns } = world.parts.engine.state;
      for (const { viewer, token } of world.watching) {
        for (const id of world.listed.keys()) {
          const shown = viewer.model.columns.last[id];
          expect([id, shown]).toEqual([id, world.sees(token, id) ? columns.last[instrumentId(id)] : shown]);
        }
        expect(viewer.socket.closed).toBeNull();
      }
    },
  );

  it('[SEC7] share a frame only where both may see all of it', () => {
    const parts = testTimeline({ symbols: ['BTC-USD', 'ETH-USD'] });
    const known = new KnownTokens({
      all: { user: 'a' },
      btc: { user: 'b', symbols: ['BTC-*'] },
      usd: { user: 'c', symbols: ['*-USD'] },
    });
    const gate = openGate(parts.clock, [known]);
    const watch = (token: string, selector: string): TestViewer =>
      new TestViewer(parts, { gate }).hello(undefined, token).subscribe(1, 'quote', [selector]);
    const [all, usd, btc, named] = [
      watch('all', '*'),
      watch('usd', '*'),
      watch('btc', '*'),
      watch('all', 'BTC-USD'),
    ];
    for (let tick = 0; tick < 15; tick += 1) {
      for (const id of [0, 1]) parts.engine.onEvent(trade(id, parts.clock.nowUs(), 100 + tick, 1));
      parts.clock.advance(100);
      for (const viewer of [all, usd, btc, named]) viewer.deliver();
      if (all.socket.newest === null || tick % 10 === 9) continue;
      const lastIds = (viewer: TestViewer): number[] => viewer.model.frames.at(-1)!.ids;
      expect(lastIds(btc)).toEqual([0]);
      expect(lastIds(all)).toEqual([0, 1]);
    }
    // Equal watch-lists are one cohort, of whatever class: the very same memory.
    expect(usd.socket.newest).toBe(all.socket.newest);
    expect(named.socket.newest).toBe(btc.socket.newest);
    expect(btc.socket.newest).not.toBe(all.socket.newest);
  });
});
