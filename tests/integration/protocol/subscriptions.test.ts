import { describe, expect, it } from 'vitest';
import { ALL_BITS, ERROR_CODES, LIMITS, type ErrorName } from '#protocol';
import { ProtocolBench, ofKind, outline, type Said } from '../../support/protocol-bench.ts';

const refusal = (name: ErrorName, more: object = {}): unknown =>
  expect.objectContaining({ type: 'error', code: ERROR_CODES[name].code, ...more });

/** A market of three instruments with prices, two of them of the same symbol. */
function market(): { bench: ProtocolBench; ids: [number, number, number] } {
  const bench = new ProtocolBench();
  const ids = [
    bench.define('Coinbase', 'BTC-USD'),
    bench.define('kraken', 'BTC-USD'),
    bench.define('kraken', 'ETH-USD'),
  ] as [number, number, number];
  for (const id of ids) bench.quote(id, 1000 + id, 1010 + id);
  bench.advance(1);
  return { bench, ids };
}

/** A connection that holds everything as of some version, and was cut. */
function cut(): { bench: ProtocolBench; ids: [number, number, number]; epoch: string; asOf: number } {
  const { bench, ids } = market();
  const peer = bench.connect();
  const epoch = peer.hello()[0]!['epoch'] as string;
  peer.subscribe(1, 'quote', ['*'], { maxRateHz: 10 });
  // Longer than the server counts back; the first instrument brings the client up to now.
  bench.advance(5_000);
  bench.quote(ids[0], 555, 556);
  bench.advance(200);
  const asOf = ofKind(peer.heard(), 'delta').at(-1)!['asOf'] as number;
  peer.session.onClosed();
  bench.advance(3_000);
  return { bench, ids, epoch, asOf };
}

const idsOf = (said: readonly Said[], kind: string): number[] =>
  ofKind(said, kind).flatMap(({ quotes }) => (quotes as { id: number }[]).map(({ id }) => id));

describe('subscribe', () => {
  it('[SU2] [DL4] [DI2] is answered by subscribed, entries, and a snapshot that holds every field', () => {
    const { bench, ids } = market();
    const said = bench.greeted().subscribe(1, 'quote', ['*'], { maxRateHz: 12 });
    expect(outline(said)).toEqual(['subscribed', 'instruments', 'snapshot']);
    expect(said[0]).toEqual({
      type: 'subscribed',
      subscription: 1,
      channel: 'quote',
      maxRateHz: 10,
      instruments: 3,
      unmatched: [],
    });
    expect(said[2]!['generation']).toBe(said[1]!['generation']);
    expect(said[2]!['quotes']).toMatchObject(
      ids.map((id) => ({ id, bits: ALL_BITS, bid: 1000 + id, ask: 1010 + id, last: null, high: null })),
    );
  });

  it('[SU2] of bars and books is answered by those of now, of trades by nothing', () => {
    const { bench, ids } = market();
    bench.trade(ids[0], 1005, 3);
    bench.book(ids[0], [1004, 1, 1003, 2], [1006, 3]);
    const peer = bench.greeted();
    const bars = peer.subscribe(1, 'bar:1m', ['*']);
    expect(outline(bars)).toEqual(['subscribed', 'instruments', 'bars']);
    expect(bars[2]).toMatchObject({
      intervalS: 60,
      bars: [{ id: ids[0], open: 1005, close: 1005, volume: 3 }],
    });
    const books = peer.subscribe(2, 'book', ['*']);
    expect(outline(books)).toEqual(['subscribed', 'book']);
    expect(books[1]).toMatchObject({
      books: [{ id: ids[0], whole: true, bids: [1004, 1, 1003, 2], asks: [1006, 3] }],
    });
    expect(outline(peer.subscribe(3, 'trade', ['*']))).toEqual(['subscribed']);
  });

  it.each([
    ['BTC-USD', [0, 1]],
    ['coinbase:BTC-USD', [0]],
    ['COINBASE:BTC-USD', [0]],
    ['btc-usd', []],
    ['BTC-*', [0, 1]],
    ['*-USD', [0, 1, 2]],
    ['kraken:*', [1, 2]],
    ['*:ETH-USD', [2]],
    ['venue:KRAKEN', [1, 2]],
    ['venue:*base', [0]],
    ['*', [0, 1, 2]],
    ['B*U*D', [0, 1]],
    ['BTC', []],
  ])('[SU3] of %s matches as the page says', (selector, expected) => {
    const { bench } = market();
    expect(idsOf(bench.greeted().subscribe(1, 'quote', [selector]), 'snapshot')).toEqual(expected);
  });

  it('[SU4] leaves out what an exclusion names, in any order', () => {
    const { bench } = market();
    const peer = bench.greeted();
    expect(idsOf(peer.subscribe(1, 'quote', ['!kraken:BTC-*', '*']), 'snapshot')).toEqual([0, 2]);
  });

  it.each([
    ['an empty selector', ['']],
    ['a lone exclusion mark', ['!']],
    ['a selector that is too long', ['A'.repeat(LIMITS.selectorCharsMax + 1)]],
    ['a control character', ['A\nB']],
    ['exclusions only', ['!ETH-*']],
    ['no selector', []],
    ['too many selectors', Array.from({ length: LIMITS.selectorsMax + 1 }, () => 'A')],
  ])('[SU5] with %s is refused', (_what, selectors) => {
    const { bench } = market();
    expect(bench.greeted().subscribe(9, 'quote', selectors)).toEqual([
      refusal('badSelector', { subscription: 9 }),
    ]);
  });

  it('[SU6] names what matches nothing, and serves it once it is listed', () => {
    const { bench } = market();
    const peer = bench.greeted();
    expect(peer.subscribe(1, 'quote', ['SOL-USD', 'ETH-USD'])[0]).toMatchObject({
      instruments: 1,
      unmatched: ['SOL-USD'],
    });
    const id = bench.define('kraken', 'SOL-USD');
    bench.quote(id, 50, 51);
    bench.advance(100);
    const said = peer.heard();
    expect(outline(said).indexOf('instruments')).toBeLessThan(outline(said).indexOf('delta'));
    expect(ofKind(said, 'delta')).toMatchObject([{ quotes: [{ id, bid: 50, ask: 51 }] }]);
  });

  it('[SU1] [LI3] with a number that is in use, or one too many, is refused', () => {
    const { bench } = market();
    const peer = bench.greeted();
    for (let number = 0; number < LIMITS.subscriptionsMax; number += 1)
      peer.subscribe(number, 'quote', ['*']);
    expect(peer.subscribe(3, 'trade', ['*'])).toEqual([
      refusal('duplicateSubscription', { subscription: 3 }),
    ]);
    expect(peer.subscribe(999, 'trade', ['*'])).toEqual([
      refusal('tooManySubscriptions', { subscription: 999 }),
    ]);
  });
});

describe('rates', () => {
  it('[SU8] [DL2] [DL7] conflate: the newest value, once an instrument, and what did not change is not sent', () => {
    const { bench, ids } = market();
    const peer = bench.greeted();
    peer.subscribe(1, 'quote', ['*'], { maxRateHz: 1 });
    for (const bid of [1001, 1002, 1003]) {
      bench.quote(ids[0], bid, 1010);
      bench.advance(100);
    }
    bench.advance(1000);
    expect(ofKind(peer.heard(), 'delta')).toMatchObject([{ quotes: [{ id: ids[0], bits: 4, bid: 1003 }] }]);
  });

  it('[SU8] lose no high, no low and no volume', () => {
    const { bench, ids } = market();
    const peer = bench.greeted();
    peer.subscribe(1, 'quote', ['*'], { maxRateHz: 1 });
    for (const price of [1005, 1500, 500, 1006]) bench.trade(ids[0], price, 2);
    bench.advance(1000);
    expect(ofKind(peer.heard(), 'delta')[0]).toMatchObject({
      quotes: [{ id: ids[0], last: 1006, high: 1500, low: 500, volume: 8 }],
    });
  });

  it('[SU9] of overlapping subscriptions deliver an instrument once, at the fastest', () => {
    const { bench, ids } = market();
    const peer = bench.greeted();
    peer.subscribe(1, 'quote', ['*'], { maxRateHz: 1 });
    expect(idsOf(peer.subscribe(2, 'quote', ['ETH-USD'], { maxRateHz: 10 }), 'snapshot')).toEqual([]);
    for (let tick = 1; tick <= 10; tick += 1) {
      for (const id of ids) bench.quote(id, 900 + tick, 1010);
      bench.advance(100);
    }
    const seen = idsOf(peer.heard(), 'delta');
    expect(seen.filter((id) => id === ids[2])).toHaveLength(10);
    expect(seen.filter((id) => id === ids[0])).toHaveLength(1);
  });

  it('[SU10] [SU7] are changed by tune, without a snapshot and without a loss', () => {
    const { bench, ids } = market();
    const peer = bench.greeted();
    peer.subscribe(1, 'quote', ['*'], { maxRateHz: 0.1 });
    bench.quote(ids[0], 777, 1010);
    expect(peer.ask({ type: 'tune', subscription: 1, maxRateHz: 59 })).toEqual([
      { type: 'tuned', subscription: 1, maxRateHz: 30 },
    ]);
    bench.advance(50);
    const said = peer.heard();
    expect(ofKind(said, 'snapshot')).toEqual([]);
    expect(ofKind(said, 'delta')).toMatchObject([{ quotes: [{ id: ids[0], bid: 777 }] }]);
  });

  it('[SU10] end with unsubscribe', () => {
    const { bench, ids } = market();
    const peer = bench.greeted();
    peer.subscribe(1, 'quote', ['*']);
    expect(peer.ask({ type: 'unsubscribe', subscription: 1 })).toEqual([
      { type: 'unsubscribed', subscription: 1 },
    ]);
    bench.quote(ids[0], 1, 2);
    bench.advance(500);
    expect(ofKind(peer.heard(), 'delta')).toEqual([]);
  });

  it.each([
    { type: 'tune', subscription: 5, maxRateHz: 1 },
    { type: 'unsubscribe', subscription: 5 },
  ])('[SU11] of a number that is not open are refused: $type', (message) => {
    const { bench } = market();
    expect(bench.greeted().ask(message)).toEqual([refusal('unknownSubscription', { subscription: 5 })]);
  });

  it('[SU12] are shared: two viewers of the same instruments get the very same frame', () => {
    const { bench, ids } = market();
    const peers = [bench.greeted(), bench.greeted()];
    for (const [index, peer] of peers.entries()) peer.subscribe(index + 10, 'quote', ['*']);
    bench.quote(ids[0], 5, 6);
    bench.advance(100);
    const [one, two] = peers.map((peer) => peer.newest);
    expect(one).toBe(two);
  });
});

describe('resume', () => {
  it('[RS2] [RS5] brings only what changed since', () => {
    const { bench, ids, epoch, asOf } = cut();
    bench.quote(ids[1], 42, 43);
    const peer = bench.connect();
    expect(peer.hello({ epoch, asOf })[0]).toMatchObject({ resume: 'resumed', epoch });
    const said = peer.subscribe(1, 'quote', ['*'], { resume: true });
    expect(outline(said)).toEqual(['subscribed', 'instruments', 'snapshot']);
    expect(said[1]!['entries']).toHaveLength(3);
    // The first one changed within the time that the server counts back.
    expect(idsOf(said, 'snapshot')).toEqual([ids[0], ids[1]]);
  });

  it('[RS5] brings an empty snapshot when nothing changed', () => {
    const { bench, epoch, asOf } = cut();
    const peer = bench.connect();
    peer.hello({ epoch, asOf });
    expect(ofKind(peer.subscribe(1, 'quote', ['venue:kraken'], { resume: true }), 'snapshot')).toMatchObject([
      { quotes: [] },
    ]);
  });

  it('[RS4] [RS6] brings everything to a subscribe that does not ask to resume', () => {
    const { bench, ids, epoch, asOf } = cut();
    const peer = bench.connect();
    expect(outline(peer.hello({ epoch, asOf }))).not.toContain('snapshot');
    expect(idsOf(peer.subscribe(1, 'quote', ['*']), 'snapshot')).toEqual([...ids]);
  });

  it('[RS3] [RS6] of another epoch is a reset that brings everything', () => {
    const { bench, ids, asOf } = cut();
    const peer = bench.connect();
    expect(peer.hello({ epoch: 'another', asOf })[0]).toMatchObject({ resume: 'reset' });
    expect(idsOf(peer.subscribe(1, 'quote', ['*'], { resume: true }), 'snapshot')).toEqual([...ids]);
  });

  it('[RS8] counts back by the period of the rate, for what a slow subscription was still owed', () => {
    const { bench, ids } = market();
    const peer = bench.connect();
    const epoch = peer.hello()[0]!['epoch'] as string;
    peer.subscribe(1, 'quote', ['Coinbase:*'], { maxRateHz: 10 });
    peer.subscribe(2, 'quote', ['kraken:*'], { maxRateHz: 0.1 });
    bench.advance(20_000);
    peer.heard();
    bench.quote(ids[2], 7, 8);
    bench.advance(200);
    bench.quote(ids[0], 5, 6);
    bench.advance(200);
    const deltas = ofKind(peer.heard(), 'delta');
    expect(idsOf(deltas, 'delta')).toEqual([ids[0]]);
    const asOf = deltas.at(-1)!['asOf'] as number;
    peer.session.onClosed();
    const again = bench.connect();
    again.hello({ epoch, asOf });
    expect(
      idsOf(again.subscribe(2, 'quote', ['kraken:*'], { maxRateHz: 0.1, resume: true }), 'snapshot'),
    ).toContain(ids[2]);
  });

  it('[RS7] brings the trades since, and those of bars', () => {
    const { bench, ids, epoch, asOf } = cut();
    bench.trade(ids[0], 1001);
    bench.trade(ids[0], 1002);
    const peer = bench.connect();
    peer.hello({ epoch, asOf });
    expect(ofKind(peer.subscribe(1, 'trade', ['*'], { resume: true }), 'trades')).toMatchObject([
      {
        trades: [
          { id: ids[0], seq: 1, price: 1001 },
          { id: ids[0], seq: 2, price: 1002 },
        ],
      },
    ]);
    expect(ofKind(peer.subscribe(2, 'bar:1s', ['*'], { resume: true }), 'bars')).toMatchObject([
      { bars: [{ id: ids[0], open: 1001, close: 1002 }] },
    ]);
  });

  it('[RS9] ends with the epoch: afterwards a subscribe brings everything', () => {
    const { bench, ids, epoch, asOf } = cut();
    const peer = bench.connect();
    peer.hello({ epoch, asOf });
    bench.seek(bench.clock.nowUs());
    for (const id of ids) bench.quote(id, 5, 6);
    peer.heard();
    expect(idsOf(peer.subscribe(1, 'quote', ['*'], { resume: true }), 'snapshot')).toEqual([...ids]);
  });
});
