import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseColumnMap } from '../../../../server/formats/column-map.ts';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();
const DAY_MS = 1_704_067_200_000;
const DAY_US = DAY_MS * 1000;

async function open(name: string, content: string | Uint8Array, map?: string) {
  const parsed = parseColumnMap(map ?? '');
  const given = map !== undefined && parsed.ok ? { map: parsed.map } : {};
  const { recording, report } = await openRecording([files.write(name, content)], {
    strict: false,
    ...given,
  });
  return { events: playAll(recording), instruments: recording.instruments, report };
}

const lines = (...objects: object[]) => objects.map((object) => `${JSON.stringify(object)}\n`).join('');

describe('JSON objects of unknown keys', () => {
  it('are trades, one a line, whose keys are guessed and whose mapping is told', async () => {
    const content = lines(
      {
        time: '2024-01-01T00:00:01.25Z',
        symbol: 'ETH-USD',
        price: '2400.10',
        size: '0.5',
        side: 'buy',
        x: { y: [1] },
      },
      { time: '2024-01-01T00:00:02Z', symbol: 'ETH-USD', price: '2400.2', size: '1', side: 'SELL', x: null },
    );
    for (const packed of [content, gzipSync(content), `\uFEFF${content.replaceAll('\n', '\r\n')}`]) {
      const { events, instruments, report } = await open('t.jsonl', packed);
      expect(instruments).toMatchObject([{ symbol: 'ETH-USD' }]);
      expect(events).toMatchObject([
        { type: 'trade', price: 24_001, size: 5, aggressor: 1, venueTimeUs: DAY_US + 1_250_000 },
        { price: 24_002, size: 10, aggressor: 2 },
      ]);
      expect(report.files[0]).toMatchObject({ format: 'json-trades', rows: 2 });
      expect(report.files[0]!.mapping).toContain('time=time:iso,price=price,size=size');
    }
  });

  it('are quotes where their keys are those, and broken lines are left out and told', async () => {
    const { events, report } = await open(
      'EURUSD.jsonl',
      `{"ts":${DAY_MS},"bid":1.10010,"ask":1.1002}\n{"ts": 17\n\n[1,2]\n{"ts":${DAY_MS + 1},"bid":1.1000300000000002,"ask":1.1003}\n{"ts":"soon","bid":1,"ask":2}\n`,
    );
    expect(events).toMatchObject([
      { type: 'quote', bid: 110_010, ask: 110_020 },
      { bid: 110_003, ask: 110_030, venueTimeUs: DAY_US + 1_000 },
    ]);
    const { rows, broken, anomalies } = report.files[0]!;
    expect([rows, broken.rows]).toEqual([5, 3]);
    expect(broken.first[0]).toMatch(/EURUSD\.jsonl, row 2: found .*, expected a JSON object\.$/);
    expect(broken.first[2]).toMatch(/row 6, column ts: found "soon", expected a time/);
    expect(anomalies).toMatchObject({ float_noise_rounded: 1 });
  });

  it('are bars in the longest list of a document', async () => {
    const bar = (minute: number) => ({ t: `2024-01-01T00:0${minute}:00Z`, o: 1.5, h: 3, l: 0.5, c: 2, v: 7 });
    const content = JSON.stringify(
      { next: null, bars: { list: [bar(0), bar(1), bar(2)] }, symbol: 'AAPL' },
      null,
      1,
    );
    const { events, instruments, report } = await open('AAPL_1m.json', content);
    expect(instruments).toMatchObject([{ symbol: 'AAPL' }]);
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({
      type: 'bar',
      intervalSeconds: 60,
      open: 15,
      high: 30,
      low: 5,
      close: 20,
    });
    expect(report.files[0]!.format).toBe('json-bars');
    const flat = JSON.stringify({
      result: { list: [{ time: String(DAY_MS), price: '2', size: '1', side: 'Buy' }] },
    });
    expect((await open('BTCUSDT.json', flat)).events).toMatchObject([{ type: 'trade', price: 2, size: 1 }]);
  });

  it('may be of more keys later, and have their keys named', async () => {
    const content = lines(
      { wann: DAY_MS / 1000 + 0.5, preis: 1.25, menge: 3 },
      { wann: DAY_MS / 1000 + 1, preis: 1.5, menge: 3, was: 'EURUSD' },
    );
    const { events, instruments } = await open(
      'x.jsonl',
      content,
      'time=wann,price=preis,size=menge,symbol=was',
    );
    expect(events).toMatchObject([{ price: 125, venueTimeUs: DAY_US + 500_000 }, { price: 15 }]);
    expect(instruments.map(({ symbol }) => symbol)).toEqual(['x', 'EURUSD']);
  });

  it('of many more than a head go through, and a file of none is refused', async () => {
    const many = lines(
      ...Array.from({ length: 3_000 }, (_, row) => ({ time: DAY_MS + row, price: row + 1, size: 1 })),
    );
    expect((await open('many.jsonl', many)).report.events).toMatchObject({ trade: 3_000 });
    expect(await files.refusal('{"a":1}\n{"a":2}\n', 'a.jsonl')).toMatch(/^a\.jsonl is JSON: expected /);
    expect(await files.refusal('{"time":"x","price":"y","size":"z"}\n', 'b.jsonl')).toMatch(
      /b\.jsonl, row 1, column/,
    );
  });
});

describe('a document', () => {
  const bar = (t: string, o: number) => ({ t, o, h: o + 1, l: o - 1, c: o, v: 5 });
  const symbolsOf = ({ instruments }: { instruments: readonly { symbol: string }[] }) =>
    instruments.map(({ symbol }) => symbol);

  it('of lists that are named by symbols has the rows of all of them', async () => {
    const bars = {
      AAPL: [bar('2026-01-12T09:30:00Z', 3), bar('2026-01-12T09:31:00Z', 3)],
      MSFT: [bar('2026-01-12T09:30:00Z', 7)],
    };
    const opened = await open('x.json', JSON.stringify({ bars, next_page_token: null }));
    expect(symbolsOf(opened)).toEqual(['AAPL', 'MSFT']);
    expect(opened.report.events).toMatchObject({ bar: 3 });
  });

  it('may name the symbol beside its list', async () => {
    const opened = await open(
      'x.json',
      JSON.stringify({ ticker: 'IBM', results: [bar('2026-01-12T09:30:00Z', 3)] }),
    );
    expect(symbolsOf(opened)).toEqual(['IBM']);
  });

  it('may name the symbol in what it says of itself', async () => {
    const about = { '1. Information': 'Daily Prices', '2. Symbol': 'IBM' };
    const days = {
      '2026-01-12': { '1. open': '3', '2. high': '4', '3. low': '2', '4. close': '3', '5. volume': '7' },
    };
    const opened = await open('x.json', JSON.stringify({ 'Meta Data': about, 'Time Series (Daily)': days }));
    expect(symbolsOf(opened)).toEqual(['IBM']);
    expect(opened.report.events).toMatchObject({ bar: 1 });
  });

  const TIMES = [1_768_210_200_000, 1_768_210_260_000];
  const LONG = Array.from({ length: 9_000 }, (_, row) => TIMES[0]! + row * 60_000);
  it.each([
    ['of columns', { time: TIMES, open: [1, 1], high: [2, 2], low: [0.5, 0.5], close: [1.5, 1.5] }, 2],
    [
      'of columns by row numbers',
      { ts: { 0: TIMES[0], 1: TIMES[1] }, bid: { 0: 1, 1: 2 }, ask: { 0: 2, 1: 3 } },
      2,
    ],
    [
      'that pandas has split',
      {
        columns: ['open', 'high', 'low', 'close', 'volume'],
        index: LONG,
        data: LONG.map(() => [1, 2, 0.5, 1.5, 7]),
      },
      9_000,
    ],
    [
      'that pandas has written by columns and times',
      Object.fromEntries(
        ['open', 'high', 'low', 'close'].map((name) => [
          name,
          Object.fromEntries(LONG.map((time) => [time, 2])),
        ]),
      ),
      9_000,
    ],
    [
      'that pandas has written by times',
      Object.fromEntries(
        LONG.map((time) => [new Date(time).toISOString(), { price: 1.5, size: 2, side: 'buy' }]),
      ),
      9_000,
    ],
    [
      'that pandas has written as a table',
      {
        schema: {
          fields: ['time', 'bid', 'ask'].map((name) => ({ name, type: 'number' })),
          primaryKey: ['time'],
        },
        data: TIMES.map((time) => ({ time: new Date(time).toISOString(), bid: 1, ask: 2 })),
      },
      2,
    ],
    [
      'of Alpha Vantage',
      {
        'Meta Data': {
          '1. Information': 'open, high, low, close',
          '2. Symbol': 'IBM',
          '6. Time Zone': 'US/Eastern',
        },
        'Time Series (5min)': Object.fromEntries(
          ['19:55', '19:50'].map((clock) => [
            `2026-07-19 ${clock}:00`,
            {
              '1. open': '183.25',
              '2. high': '183.3',
              '3. low': '183.0',
              '4. close': '183.15',
              '5. volume': '105',
            },
          ]),
        ),
      },
      2,
    ],
    [
      'of names beside lists, whatever else it numbers',
      { fields: ['ts', 'price', 'size'], index: [0, 1], values: TIMES.map((time) => [time, 1.5, 2]) },
      2,
    ],
    [
      'of columns beside other values',
      { s: 'ok', t: TIMES, o: [1, 1], h: [2, 2], l: [0.5, 0.5], c: [1.5, 1.5] },
      2,
    ],
    [
      'of a column longer than what is looked at',
      { t: LONG, price: LONG.map(() => 1.5), size: LONG.map(() => 2) },
      9_000,
    ],
  ])('%s is a table', async (_, document, rows) => {
    const { report } = await open('x.json', JSON.stringify(document));
    expect(report.rows).toBe(rows);
    expect(report.broken.rows).toBe(0);
    expect(report.files[0]!.firstTimeUs).toBeGreaterThanOrEqual(TIMES[0]! * 1000);
  });
});
