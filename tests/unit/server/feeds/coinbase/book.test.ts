import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { CoinbaseBook } from '../../../../../server/feeds/coinbase/book.ts';
import type { CoinbaseChange, CoinbaseLevel } from '../../../../../server/feeds/coinbase/wire.ts';
import { takeWhole } from '../../../../../server/feeds/venue/portions.ts';
import { ARRIVAL_US, RecordingPort } from '../../../../support/recording-port.ts';

const BIDS: CoinbaseLevel[] = [
  ['100.00', '3.0'],
  ['99.50', '1.25'],
];
const ASKS: CoinbaseLevel[] = [
  ['100.50', '2.0'],
  ['101.00', '4.0'],
];

function started(step = '0.01') {
  const port = new RecordingPort(['BTC-USD'], step);
  const book = new CoinbaseBook('BTC-USD', port.instrument('BTC-USD')!, port);
  takeWhole(book.snapshot(BIDS, ASKS, ARRIVAL_US));
  let timeUs = 1_618_677_817_000_000;
  const change = (changes: CoinbaseChange[], at = (timeUs += 1)): void =>
    book.update(changes, unixUs(at), ARRIVAL_US);
  return { port, book, change };
}

describe('the book of a product', () => {
  it('CB3: is a snapshot, then new sizes, of which 0 removes a level', () => {
    const { port, change } = started();
    change([['buy', '99.50', '0.0']]);
    change([
      ['sell', '100.50', '0.00000000'],
      ['sell', '100.75', '5'],
      ['buy', '100.25', '0.01'],
    ]);
    expect(port.of('book')).toMatchObject([
      { snapshot: true, bids: [10_000, 300, 9_950, 125], asks: [10_050, 200, 10_100, 400] },
      { snapshot: false, bids: [9_950, 0], asks: [] },
      { snapshot: false, bids: [10_025, 1], asks: [10_050, 0, 10_075, 500] },
    ]);
    expect(port.faults).toEqual([]);
  });

  it('CB5: is wrong when it is crossed, and when it is locked', () => {
    for (const price of ['100.60', '100.50']) {
      const { port, book, change } = started();
      change([['buy', price, '1']]);
      expect(port.faults).toMatchObject([{ kind: 'crossed', symbol: 'BTC-USD' }]);
      expect(book.hasSnapshot).toBe(false);
    }
  });

  it('CB5: may cross within a batch, as long as it does not at the end', () => {
    const { port, change } = started();
    change([
      ['buy', '100.60', '1'],
      ['sell', '100.50', '0'],
    ]);
    expect(port.faults).toEqual([]);
  });

  it('CB5: a snapshot that is crossed is none', () => {
    const { port, book } = started();
    expect(takeWhole(book.snapshot(ASKS, BIDS, ARRIVAL_US))).toBe(false);
    expect(port.faults).toMatchObject([{ kind: 'crossed' }]);
  });

  it('CB4, CB6: is wrong when an update is older than the one before; equal times are usual', () => {
    const { port, book, change } = started();
    change([['buy', '99.50', '1']], 1_618_677_817_000_005);
    change([['buy', '99.50', '2']], 1_618_677_817_000_005);
    expect(port.faults).toEqual([]);
    change([['buy', '99.50', '3']], 1_618_677_816_999_005);
    expect(port.faults).toMatchObject([
      { kind: 'order', detail: 'An update of the book is 1 ms older than the one before.' },
    ]);
    expect([book.hasSnapshot, port.of('book').length]).toEqual([false, 3]);
  });

  it('CB7: leaves out what comes between a fault and the next snapshot', () => {
    const { port, book, change } = started();
    change([['buy', '100.60', '1']]);
    change([['buy', '1', '1']]);
    expect(port.of('book')).toHaveLength(2);
    // The new snapshot may lie before what was seen: its updates count from it.
    takeWhole(book.snapshot(BIDS, ASKS, ARRIVAL_US));
    change([['buy', '99.75', '1']], 1_618_677_816_000_000);
    expect([port.of('book').length, port.faults.length]).toEqual([4, 1]);
  });

  it('keeps a level of 0.01 and one of 9999999999.00', () => {
    const { port, book } = started();
    takeWhole(
      book.snapshot([...BIDS, ['0.01', '104000.00']], [...ASKS, ['9999999999.00', '0.01']], ARRIVAL_US),
    );
    const [, { bids, asks }] = port.of('book') as [unknown, { bids: number[]; asks: number[] }];
    expect([bids.slice(-2), asks.slice(-2)]).toEqual([
      [1, 10_400_000],
      [999_999_999_900, 1],
    ]);
  });

  it('still sees a crossing after a price with more digits made the tick finer', () => {
    const { port, change } = started('0.5');
    change([['buy', '100.125', '1']]);
    change([['sell', '100.25', '1']]);
    expect(port.faults).toEqual([]);
    change([['sell', '100.0625', '1']]);
    expect(port.faults).toMatchObject([{ kind: 'crossed' }]);
  });

  it('is broken by what is no number, in a snapshot and in an update', () => {
    const { port, book, change } = started();
    change([['buy', 'a lot', '1']]);
    expect(takeWhole(book.snapshot([['1', '-']], [], ARRIVAL_US))).toBe(false);
    expect(port.faults).toMatchObject([{ kind: 'malformed' }, { kind: 'malformed' }]);
    expect(port.of('book')).toHaveLength(1);
  });

  it('leaves out a level that is too large to be exact, and says so', () => {
    const { port, book, change } = started('0.00000001');
    const huge: CoinbaseLevel = ['99.00', '112716000.00000001'];
    expect(takeWhole(book.snapshot([...BIDS, huge], ASKS, ARRIVAL_US))).toBe(true);
    change([['buy', huge[0], huge[1]]]);
    expect(port.faults).toEqual([]);
    expect(port.told).toHaveLength(2);
    expect(port.told[0]).toMatch(/more digits than can be exact/);
    expect(port.of('book').at(-1)).toMatchObject({ bids: [], asks: [] });
  });

  it('takes a batch of thousands of changes', () => {
    const { port, change } = started();
    change(
      Array.from({ length: 3_000 }, (_, at): CoinbaseChange => [
        at % 2 ? 'buy' : 'sell',
        (at % 2 ? 99 - at / 100 : 101 + at).toFixed(2),
        '1',
      ]),
    );
    expect([port.of('book').at(-1)!.bids.length, port.of('book').at(-1)!.asks.length]).toEqual([
      3_000, 3_000,
    ]);
    expect(port.faults).toEqual([]);
  });

  it('watches the top of a snapshot of 40,000 levels', () => {
    const { port, book, change } = started();
    const side = (from: number, step: number): CoinbaseLevel[] =>
      Array.from({ length: 20_000 }, (_, at) => [((from + step * at) / 100).toFixed(2), '1']);
    takeWhole(book.snapshot(side(2_000_000, -1), side(2_000_001, 1), ARRIVAL_US));
    change([['sell', '20000.01', '0']]);
    change([['buy', '20000.01', '1']]);
    expect(port.faults).toEqual([]);
    change([['buy', '20000.02', '1']]);
    expect(port.faults).toMatchObject([{ kind: 'crossed' }]);
  });
});
