import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '#protocol';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { playAll, RecordingFiles } from './recording-files.ts';
import { zipOf } from './zip-writer.ts';

const files = new RecordingFiles();
let pairs = 0;

/** Writes a pair under a symbol of its own, so that no test finds the files of another. */
function pair(messages: string, book: string | null, packing = ''): { message: string; orderbook: string } {
  pairs += 1;
  const name = (kind: string) => `S${pairs}_2012-06-21_34200000_57600000_${kind}_2.csv${packing}`;
  const packed = (text: string) => (packing === '' ? text : gzipSync(text));
  const message = files.write(name('message'), packed(messages));
  const orderbook = book === null ? '' : files.write(name('orderbook'), packed(book));
  return { message, orderbook };
}

const MESSAGES = [
  '34200.004241176,1,16113575,18,5853300,1',
  '34200.1,4,16113575,10,5853300,1',
  '34200.1,4,16113576,5,5859400,-1',
  '34200.2,5,0,7,5855050,1',
  '34200.3,3,16113576,200,5859400,-1',
  '',
].join('\n');
const BOOK = [
  '5859400,200,5853300,18,5859800,200,5853000,150',
  '5859400,200,5853300,8,5859800,200,5853000,150',
  '5859400,195,5853300,8,5859800,200,5853000,150',
  '5859400,195,5853300,8,5859800,200,5853000,150',
  '5859800,200,5853300,8,9999999999,0,-9999999999,0',
  '',
].join('\n');

const open = async (...paths: string[]) => {
  const { recording, report } = await openRecording(paths);
  return { recording, report, events: playAll(recording) };
};

describe('a LOBSTER pair', () => {
  it('becomes the trades of its executions and what changes in the book', async () => {
    const { recording, report, events } = await open(pair(MESSAGES, BOOK).message);
    expect(events).toMatchObject([
      { type: 'book', snapshot: true, bids: [585_330, 18, 585_300, 150], asks: [585_940, 200, 585_980, 200] },
      { type: 'trade', price: 585_330, size: 10, aggressor: 2 },
      { type: 'book', snapshot: false, bids: [585_330, 8], asks: [] },
      { type: 'trade', price: 585_940, size: 5, aggressor: 1 },
      { type: 'book', snapshot: false, bids: [], asks: [585_940, 195] },
      { type: 'trade', price: 585_505, size: 7, aggressor: 0 },
      { type: 'book', snapshot: false, bids: [585_300, 0], asks: [585_940, 0] },
    ]);
    expect(new Date(events[0]!.venueTimeUs / 1000).toISOString()).toBe('2012-06-21T13:30:00.004Z');
    expect(events[0]!.venueTimeUs % 1000).toBe(241);
    expect(recording.instruments).toMatchObject([{ venue: 'nasdaq', assetClass: 'equity', currency: 'USD' }]);
    expect(report).toMatchObject({
      rows: 5,
      events: { trade: 3, book: 4 },
      files: [{ format: 'lobster' }],
      anomalies: { same_ts: 1, crossed: 0 },
    });
  });

  it('is the same whichever of its files is named, and once when both are', async () => {
    const { message, orderbook } = pair(MESSAGES, BOOK, '.gz');
    const { events } = await open(message);
    expect((await open(orderbook)).events).toEqual(events);
    expect((await open(orderbook, message)).events).toEqual(events);
    expect((await open(message, orderbook)).report.files).toHaveLength(1);
  });

  it('opens from one archive, notes beside it', async () => {
    const name = (kind: string) => `lobster/AAPL_2012-06-21_34200000_57600000_${kind}_2.csv`;
    const path = files.write(
      'sample.zip',
      zipOf([
        { name: 'lobster/README.txt', content: 'About LOBSTER\n' },
        { name: name('orderbook'), content: BOOK },
        { name: name('message'), content: MESSAGES },
      ]),
    );
    const { report, recording } = await open(path);
    expect(report).toMatchObject({
      rows: 5,
      events: { trade: 3, book: 4 },
      anomalies: { members_skipped: 1 },
    });
    expect(recording.instruments[0]!.symbol).toBe('AAPL');
  });

  it('without its book is the trades', async () => {
    const { events, report } = await open(pair(MESSAGES, null).message);
    expect(events.map(({ type }) => type)).toEqual(['trade', 'trade', 'trade']);
    expect(report.rows).toBe(5);
  });

  it('counts halts and executions of nothing, and plays neither', async () => {
    const { report } = await open(
      pair('34200.1,7,0,0,-1,-1\n34200.2,4,1,0,5853300,1\n34200.3,6,0,5,5853300,-1\n', null).message,
    );
    expect(report).toMatchObject({ rows: 3, events: { trade: 1 }, anomalies: { halts: 1, zero_qty: 1 } });
  });

  it('gives, change by change, the levels of each row of a random book', async () => {
    const random = new SeededRandom(20_120_621);
    const rows = Array.from({ length: 400 }, () => randomLevels(random));
    const messages = rows.map((_, row) => `${34_200 + row / 1000},1,${row},1,100,1`).join('\n');
    const text = rows
      .map((levels) => levels.map(({ ask, bid }) => [...ask, ...bid].join(',')).join(','))
      .join('\n');
    const { recording } = await open(pair(messages, text).message);
    const bids = new Map<number, number>();
    const asks = new Map<number, number>();
    let checked = 0;
    for (const [row, levels] of rows.entries()) {
      const timeUs = recording.firstTimeUs + row * 1000;
      recording.play(checked, recording.indexAt(timeUs), (event) => apply(event, bids, asks));
      checked = recording.indexAt(timeUs);
      const { tick } = recording.instruments[0]!;
      const scale = 10 ** (4 - tick.decimals);
      expect(levelsOf(bids, -1, scale)).toEqual(levels.map(({ bid }) => bid).filter(([, size]) => size! > 0));
      expect(levelsOf(asks, 1, scale)).toEqual(levels.map(({ ask }) => ask).filter(([, size]) => size! > 0));
    }
  });

  it.each([
    [
      'with a book that is shorter',
      MESSAGES,
      BOOK.split('\n').slice(0, 3).join('\n'),
      /orderbook_2\.csv, row 4: found the end of the file, expected a row for each of .*message_2\.csv\.$/,
    ],
    [
      'with messages that are fewer',
      MESSAGES.split('\n').slice(0, 3).join('\n'),
      BOOK,
      /message_2\.csv, row 4: found the end of the file, expected a row for each of .*orderbook_2\.csv\.$/,
    ],
    [
      'with a type that is none',
      '34200.1,9,1,1,100,1\n',
      BOOK,
      /message_2\.csv, row 1, column type: found "9", expected a type from 1 to 7\.$/,
    ],
    [
      'with a time that is none',
      '99999.1,1,1,1,100,1\n',
      BOOK,
      /message_2\.csv, row 1, column time: found "99999\.1", expected seconds since midnight, from 0 to below 86400\.$/,
    ],
    [
      'with a cell too few',
      MESSAGES,
      BOOK.replace('5859400,200,5853300,18,', '5859400,200,5853300,'),
      /orderbook_2\.csv, row 1: found 7 cells, expected four a level: ask price, ask size, bid price, bid size\.$/,
    ],
    [
      'with a level that is none',
      MESSAGES,
      BOOK.replace('5853000,150', '5853000,x'),
      /orderbook_2\.csv, row 1, column bid size 2: found "x", expected/,
    ],
  ])('%s is refused in a sentence', async (_, messages, book, sentence) => {
    expect((await files.fault([pair(messages, book).message])).message).toMatch(sentence);
  });

  it('without its messages is refused, naming the file that is missing', async () => {
    const path = files.write('X_2012-06-21_34200000_57600000_orderbook_2.csv', BOOK);
    expect((await files.fault([path])).message).toMatch(
      /orderbook_2\.csv is the book of a LOBSTER pair: expected its times in X_2012-06-21_34200000_57600000_message_2\.csv beside it\.$/,
    );
  });
});

interface Level {
  ask: [number, number];
  bid: [number, number];
}

function randomLevels(random: SeededRandom): Level[] {
  const depth = 4;
  let ask = 1_000 + 100 * Math.floor(random.next() * 5);
  let bid = ask - 100;
  return Array.from({ length: depth }, (_, place) => {
    const isShort = place === depth - 1 && random.next() < 0.3;
    const level: Level = isShort
      ? { ask: [9_999_999_999, 0], bid: [-9_999_999_999, 0] }
      : { ask: [ask, 1 + Math.floor(random.next() * 3)], bid: [bid, 1 + Math.floor(random.next() * 3)] };
    ask += 100 * (1 + Math.floor(random.next() * 2));
    bid -= 100 * (1 + Math.floor(random.next() * 2));
    return level;
  });
}

function apply(event: MarketEvent, bids: Map<number, number>, asks: Map<number, number>): void {
  if (event.type !== 'book') return;
  for (const [side, levels] of [
    [bids, event.bids],
    [asks, event.asks],
  ] as const) {
    if (event.snapshot) side.clear();
    for (let at = 0; at < levels.length; at += 2) {
      if (levels[at + 1] === 0) side.delete(levels[at]!);
      else side.set(levels[at]!, levels[at + 1]!);
    }
  }
}

function levelsOf(side: Map<number, number>, direction: number, scale: number): number[][] {
  return [...side]
    .sort(([one], [other]) => (one - other) * direction)
    .map(([price, size]) => [price * scale, size]);
}
