import { beforeEach, describe, expect, it } from 'vitest';
import { DepthSync } from '../../../../../server/feeds/binance/depth.ts';
import type { DepthSnapshot, DepthUpdate } from '../../../../../server/feeds/binance/map.ts';
import type { BinanceQuote } from '../../../../../server/feeds/binance/top-check.ts';
import type { BinanceLevel } from '../../../../../server/feeds/binance/wire.ts';
import { takeWhole } from '../../../../../server/feeds/venue/portions.ts';
import { RecordingPort } from '../../../../support/recording-port.ts';

const SYMBOL = 'BNBBTC';

function update(
  firstId: number,
  lastId: number,
  bids: BinanceLevel[] = [],
  asks: BinanceLevel[] = [],
): DepthUpdate {
  return { type: 'depth', symbol: SYMBOL, firstId, lastId, previousId: Number.NaN, bids, asks, timeUs: 1e15 };
}

function snapshot(lastId: number): DepthSnapshot {
  const [bids, asks]: [BinanceLevel[], BinanceLevel[]] = [
    [
      ['9', '1'],
      ['8', '1'],
    ],
    [['11', '1']],
  ];
  return { type: 'snapshot', symbol: '', isPartial: false, lastId, bids, asks };
}

function quote(updateId: number, bid: BinanceLevel, ask: BinanceLevel = ['11', '1']): BinanceQuote {
  return { type: 'quote', symbol: SYMBOL, updateId, bid, ask, timeUs: Number.NaN };
}

/** What came out: `snapshot 10`, `11-12`, `live`, `ask`, `gap`, `right`, `wrong`. */
let out: string[];
let depth: DepthSync;
beforeEach(() => {
  out = [];
  const instrument = new RecordingPort([SYMBOL], '1').instrument(SYMBOL)!;
  const read = (levels: DepthSnapshot | DepthUpdate) => {
    const { bids, asks, refused } = takeWhole(instrument.book(levels.bids, levels.asks));
    return refused > 0 ? null : { bids, asks };
  };
  depth = new DepthSync(instrument, {
    emit(levels) {
      out.push(`${levels.firstId}-${levels.lastId}`);
      return read(levels);
    },
    *emitWhole(levels) {
      out.push(`snapshot ${levels.lastId}`);
      yield;
      return read(levels);
    },
    fault: (kind, detail) => out.push(`${kind}: ${detail}`),
    checked: (isRight) => out.push(isRight ? 'right' : 'wrong'),
    live: () => out.push('live'),
    ask: () => out.push('ask'),
  });
});

describe('a book that is brought in step', () => {
  it('BN8 BN9 keeps what comes, and asks for a snapshot with the first of it', () => {
    depth.update(update(8, 9));
    depth.update(update(10, 11));
    expect([out, depth.isWaiting]).toEqual([['ask'], true]);
  });

  it('BN10 asks again when the snapshot is older than what was kept', () => {
    depth.update(update(8, 9));
    takeWhole(depth.snapshot(snapshot(6)));
    expect(out).toEqual(['ask', 'ask']);
    takeWhole(depth.snapshot(snapshot(7)));
    expect(out.slice(2)).toEqual(['snapshot 7', 'live', '8-9']);
  });

  it('BN11 leaves out what the snapshot has in it, and begins with what reaches into it', () => {
    depth.update(update(5, 7));
    depth.update(update(8, 12));
    depth.update(update(13, 13));
    takeWhole(depth.snapshot(snapshot(9)));
    expect(out).toEqual(['ask', 'snapshot 9', 'live', '8-12', '13-13']);
  });

  it('BN12 ignores what is in the book already', () => {
    takeWhole(depth.snapshot(snapshot(20)));
    depth.update(update(15, 20));
    depth.update(update(21, 21));
    expect(out).toEqual(['snapshot 20', 'live', '21-21']);
  });

  it('BN13 tells a hole with both ends, and emits nothing until the next snapshot', () => {
    takeWhole(depth.snapshot(snapshot(20)));
    depth.update(update(22, 23));
    depth.update(update(24, 24));
    expect(out).toEqual(['snapshot 20', 'live', 'gap: Update 22 follows 20.']);
    takeWhole(depth.snapshot(snapshot(22)));
    expect(out.slice(3)).toEqual(['snapshot 22', 'live', '22-23', '24-24']);
  });

  it('BN13 finds a hole in what was kept as well', () => {
    depth.update(update(8, 9));
    depth.update(update(12, 12));
    takeWhole(depth.snapshot(snapshot(8)));
    // What came before it is of no use: a snapshot from before the hole is not taken.
    expect(out).toEqual(['ask', 'gap: Update 12 follows 9.', 'ask']);
    takeWhole(depth.snapshot(snapshot(11)));
    expect(out.slice(3)).toEqual(['snapshot 11', 'live', '12-12']);
  });

  it('leaves it to others to ask after a fault: they know how often', () => {
    takeWhole(depth.snapshot(snapshot(20)));
    depth.update(update(30, 31));
    depth.restart();
    depth.update(update(32, 33));
    expect(out).not.toContain('ask');
  });

  it('takes no second snapshot while it stands', () => {
    takeWhole(depth.snapshot(snapshot(20)));
    takeWhole(depth.snapshot(snapshot(25)));
    expect(out).toEqual(['snapshot 20', 'live']);
  });

  it('keeps a minute of changes at most: an older snapshot does not fit the rest', () => {
    for (let id = 1; id <= 700; id += 1) depth.update(update(id, id));
    takeWhole(depth.snapshot(snapshot(50)));
    expect(out).toEqual(['ask', 'ask']);
    takeWhole(depth.snapshot(snapshot(650)));
    expect(out).toHaveLength(2 + 2 + 50);
  });

  it('with levels that are no numbers is a fault', () => {
    takeWhole(depth.snapshot(snapshot(20)));
    depth.update(update(21, 21, [['cheap', '1']]));
    expect(out.at(-1)).toBe('malformed: A change of the book has levels that are no numbers.');
    expect(depth.isWaiting).toBe(true);
  });
});

describe('BN14 a book beside the quotes of the same update', () => {
  beforeEach(() => takeWhole(depth.snapshot(snapshot(20))));

  it('is right when they agree, whichever comes first', () => {
    depth.quote(quote(21, ['9', '5']));
    depth.quote(quote(22, ['10', '4']));
    depth.update(update(21, 22, [['10', '4']]));
    depth.update(update(23, 23, [['10', '0']]));
    depth.quote(quote(23, ['9', '1']));
    expect(out.slice(2)).toEqual(['21-22', 'right', '23-23', 'right']);
  });

  it.each([
    ['a level that was lost', quote(21, ['10', '1'])],
    ['a level that was kept too long', quote(21, ['8', '1'])],
    ['another size', quote(21, ['9', '7'])],
    ['another ask', quote(21, ['9', '1'], ['12', '1'])],
  ])('is a fault that no chain of ids shows: %s', (_, wrong) => {
    depth.quote(wrong);
    depth.update(update(21, 21, [['3', '1']]));
    expect(out.slice(3)).toEqual([
      'wrong',
      'checksum: The book is not the one that the quote of update 21 shows.',
    ]);
    expect(depth.isWaiting).toBe(true);
  });

  it('is not compared with quotes of updates in between, nor with late ones', () => {
    depth.quote(quote(21, ['1', '1']));
    depth.update(update(21, 22));
    depth.quote(quote(21, ['1', '1']));
    expect(out.slice(2)).toEqual(['21-22']);
  });

  it('has a side on which nothing rests, which a quote writes as 0', () => {
    depth.update(
      update(21, 21, [
        ['9', '0'],
        ['8', '0'],
      ]),
    );
    depth.quote(quote(21, ['0', '0']));
    expect(out.slice(2)).toEqual(['21-21', 'right']);
  });

  it('is compared in one unit when the digits grow in between', () => {
    depth.update(
      update(21, 21, [
        ['9', '0'],
        ['9.5', '2'],
      ]),
    );
    depth.quote(quote(21, ['9.5', '2']));
    depth.update(update(22, 22, [['9.5', '0']]));
    depth.quote(quote(22, ['8', '1']));
    expect(out.slice(2)).toEqual(['21-21', 'right', '22-22', 'right']);
  });

  it('forgets quotes that no change ever reaches', () => {
    for (let id = 100; id < 2_000; id += 1) depth.quote(quote(id, ['1', '1']));
    depth.update(update(21, 21));
    expect(out.slice(2)).toEqual(['21-21']);
  });
});
