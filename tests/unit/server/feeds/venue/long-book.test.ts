import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { instrumentId, type InstrumentDefinition, type MarketEvent } from '#protocol';
import coinbase from '../../../../../server/feeds/coinbase/feed.ts';
import { CHANNELS } from '../../../../../server/feeds/coinbase/subscribe.ts';
import { VenueFeed } from '../../../../../server/feeds/venue/venue-feed.ts';
import type { SocketEvents } from '../../../../../server/feeds/venue/venue-socket.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';
import { TurnClock } from '../../../../support/turn-clock.ts';

const SYMBOLS = ['BTC-USD', 'ETH-USD'];
/** Levels a side: nine portions in all. */
const LEVELS = 9_000;
/** Turns in which the first portions of such a book are read, and not the last. */
const MIDST = 4;

const PRODUCTS = SYMBOLS.map((id) => ({
  ...{ id, base_currency: 'BTC', quote_currency: 'USD', status: 'online' },
  ...{ quote_increment: '0.01', base_increment: '0.00000001' },
}));

interface Socket {
  readonly events: SocketEvents;
  readonly sent: string[];
  isHeld: boolean;
  isClosed: boolean;
}

/** Coinbase's feed on sockets in memory, with the turns of the event loop in the test's hand. */
class Bench {
  readonly clock = new TurnClock();
  readonly sockets: Socket[] = [];
  readonly events: MarketEvent[] = [];
  readonly trust = new Map<string, string>();
  readonly ids = new Map<string, number>();
  readonly feed = new VenueFeed({
    venue: coinbase,
    symbols: SYMBOLS,
    clock: this.clock,
    env: {},
    random: () => 0.5,
    fetch: () => Promise.resolve(Response.json(PRODUCTS)),
    openSocket: (_, events) => {
      const socket: Socket = { events, sent: [], isHeld: false, isClosed: false };
      this.sockets.push(socket);
      return {
        send: (frame) => void socket.sent.push(String(frame)),
        hold: (isHeld) => void (socket.isHeld = isHeld),
        close: () => void (socket.isClosed = true),
      };
    },
  });

  /** A feed whose symbols are asked for, and have no book yet. */
  static async asked(): Promise<Bench> {
    const bench = new Bench();
    await bench.feed.start({
      define: ({ symbol }: InstrumentDefinition) => {
        if (!bench.ids.has(symbol)) bench.ids.set(symbol, bench.ids.size);
        return instrumentId(bench.ids.get(symbol)!);
      },
      onEvent: (event) => void bench.events.push(structuredClone(event)),
      onState: () => undefined,
      onTrust: (id, reason) => void bench.trust.set(SYMBOLS[id]!, reason),
    });
    bench.feed.subscribe([...bench.ids.values()].map(instrumentId));
    await bench.open();
    return bench;
  }

  /** Lets the newest connection in. */
  async open(): Promise<void> {
    this.clock.advance(60_000);
    this.clock.settle();
    await nextTurn();
    this.socket.events.onOpen();
    this.clock.settle();
    this.send({ type: 'subscriptions', channels: CHANNELS.map((name) => ({ name, product_ids: SYMBOLS })) });
    this.clock.settle();
  }

  get socket(): Socket {
    return this.sockets.at(-1)!;
  }

  send(...frames: object[]): void {
    for (const frame of frames) this.socket.events.onFrame(JSON.stringify(frame));
  }

  books(symbol: string): { snapshot: boolean; levels: number; bid: number }[] {
    return this.events.flatMap((event) =>
      event.type === 'book' && event.instrument === this.ids.get(symbol)
        ? { snapshot: event.snapshot, levels: event.bids.length / 2, bid: event.bids[0]! }
        : [],
    );
  }

  get held(): number {
    return this.feed.report().counters['held_frames'] ?? 0;
  }

  turns(count: number): void {
    for (let turn = 0; turn < count; turn += 1) this.clock.turn();
  }
}

const price = (cents: number): string => (cents / 100).toFixed(2);
const snapshot = (product_id: string, bid: number, levels = LEVELS) => ({
  type: 'snapshot',
  product_id,
  bids: Array.from({ length: levels }, (_, at) => [price(bid - at), '1.5']),
  asks: Array.from({ length: levels }, (_, at) => [price(bid + 1 + at), '2']),
});
let micros = 0;
const update = (product_id: string, cents: number, size: string) => ({
  type: 'l2update',
  product_id,
  changes: [['buy', price(cents), size]],
  time: `2026-04-17T16:43:40.${String((micros += 1)).padStart(6, '0')}Z`,
});
const match = (product_id: string, trade_id: number) => ({
  ...{ type: 'match', product_id, trade_id, side: 'buy', size: '0.1', price: '100.00', sequence: trade_id },
  ...{ maker_order_id: 'm', taker_order_id: 't', time: '2026-04-17T16:43:41.000000Z' },
});

let bench: Bench;
afterEach(() => bench.feed.close());

describe('a long book', () => {
  it('is read over many turns, not live until it is whole, and changes that come meanwhile are applied after it', async () => {
    bench = await Bench.asked();
    bench.send(snapshot('BTC-USD', 900_000));
    bench.turns(MIDST);
    expect([bench.books('BTC-USD'), bench.clock.waiting, bench.socket.isHeld]).toEqual([[], 1, true]);
    bench.send(update('BTC-USD', 899_999, '7'), match('BTC-USD', 1), update('BTC-USD', 900_000, '0'));
    bench.turns(MIDST);
    expect([bench.events, bench.held]).toEqual([[], 3]);
    expect(bench.trust.get('BTC-USD')).not.toBe('');
    expect(bench.clock.settle()).toBeGreaterThan(1);
    expect(bench.trust.get('BTC-USD')).toBe('');
    expect(bench.events.map(({ type }) => type)).toEqual(['book', 'book', 'trade', 'book']);
    expect(bench.books('BTC-USD')).toEqual([
      { snapshot: true, levels: 5_000, bid: 900_000 },
      { snapshot: false, levels: 1, bid: 899_999 },
      { snapshot: false, levels: 1, bid: 900_000 },
    ]);
    expect(bench.socket.isHeld).toBe(false);
  });

  it('that is followed by another in its midst is replaced by it', async () => {
    bench = await Bench.asked();
    bench.send(snapshot('BTC-USD', 900_000));
    bench.turns(MIDST);
    bench.send(snapshot('BTC-USD', 910_000), update('BTC-USD', 910_000, '3'));
    bench.clock.settle();
    expect(bench.books('BTC-USD').map(({ snapshot: isWhole, bid }) => [isWhole, bid])).toEqual([
      [true, 900_000],
      [true, 910_000],
      [false, 910_000],
    ]);
    expect(bench.trust.get('BTC-USD')).toBe('');
  });

  it('whose connection is cut in its midst leaves nothing behind, and comes whole from the next', async () => {
    bench = await Bench.asked();
    bench.send(snapshot('BTC-USD', 900_000));
    bench.turns(MIDST);
    bench.send(update('BTC-USD', 900_000, '3'));
    bench.socket.events.onClose('closed with 1006');
    bench.clock.settle();
    expect([bench.events, bench.clock.waiting]).toEqual([[], 0]);
    expect(bench.trust.get('BTC-USD')).toBe('The connection ended: closed with 1006.');
    await bench.open();
    expect(bench.sockets).toHaveLength(2);
    bench.send(snapshot('BTC-USD', 800_000), update('BTC-USD', 800_000, '3'));
    bench.clock.settle();
    expect(bench.books('BTC-USD').map(({ bid }) => bid)).toEqual([800_000, 800_000]);
    expect(bench.trust.get('BTC-USD')).toBe('');
  });

  it('that nobody watches any more in its midst is left, and the venue is told', async () => {
    bench = await Bench.asked();
    bench.send(snapshot('BTC-USD', 900_000));
    bench.turns(MIDST);
    bench.feed.unsubscribe([instrumentId(0)]);
    bench.clock.settle();
    expect(bench.books('BTC-USD')).toEqual([]);
    expect(JSON.parse(bench.socket.sent.at(-1)!)).toMatchObject({
      type: 'unsubscribe',
      product_ids: ['BTC-USD'],
    });
    bench.send(snapshot('ETH-USD', 200_000));
    bench.clock.settle();
    expect([bench.books('ETH-USD').length, bench.trust.get('ETH-USD')]).toEqual([1, '']);
  });

  it('that is no book is a fault, however late its wrong level comes', async () => {
    bench = await Bench.asked();
    const broken = snapshot('BTC-USD', 900_000);
    broken.asks[LEVELS - 1] = ['nine', '1'];
    bench.send(broken);
    bench.turns(MIDST);
    bench.send(update('BTC-USD', 900_000, '3'));
    bench.clock.settle();
    expect(bench.events).toEqual([]);
    expect(bench.feed.report().counters['fault_malformed']).toBe(1);
    expect(bench.trust.get('BTC-USD')).not.toBe('');
  });

  it('ends its connection when more comes meanwhile than may wait', async () => {
    bench = await Bench.asked();
    bench.send(snapshot('BTC-USD', 900_000));
    bench.turns(MIDST);
    const filler = {
      type: 'l2update',
      product_id: 'BTC-USD',
      filler: 'x'.repeat(coinbase.frameBytesMax / 8),
    };
    for (let at = 0; at < 9; at += 1) bench.send(filler);
    expect([bench.socket.isClosed, bench.clock.waiting]).toEqual([true, 0]);
    expect(bench.trust.get('BTC-USD')).toMatch(/bytes came while a book was read/);
  });

  it.each([1, 2, 3, 4])(
    'gives the same events wherever frames come between its portions (seed %i)',
    async (seed) => {
      const random = new SeededRandom(seed);
      const frames: object[] = [];
      for (let at = 0; at < 30; at += 1) {
        const symbol = SYMBOLS[random.below(2)]!;
        const kind = random.below(5);
        if (kind === 0) frames.push(snapshot(symbol, 300_000 + random.below(1_000), 1 + random.below(6_000)));
        else if (kind === 1) frames.push(match(symbol, at + 1));
        else frames.push(update(symbol, 200_000 + random.below(1_000), String(random.below(3))));
      }
      const run = async (turnsBetween: () => number): Promise<[MarketEvent[], string[]]> => {
        bench = await Bench.asked();
        for (const frame of frames) {
          bench.send(frame);
          bench.turns(turnsBetween());
        }
        bench.clock.settle();
        const outcome: [MarketEvent[], string[]] = [bench.events, [...bench.trust.values()]];
        await bench.feed.close();
        return outcome;
      };
      const apart = await run(() => 1_000);
      const mixed = await run(() => random.below(5));
      expect(apart[0].length).toBeGreaterThan(10);
      expect(mixed).toEqual(apart);
    },
  );
});
