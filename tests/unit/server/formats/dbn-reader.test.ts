import { fileURLToPath } from 'node:url';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import {
  dbnOf,
  NO_PRICE,
  NO_TIME,
  symbolMapping,
  type DbnTestFile,
  type DbnTestRecord,
} from './dbn-writer.ts';
import { playAll, RecordingFiles } from './recording-files.ts';
import { zipOf } from './zip-writer.ts';

const files = new RecordingFiles();
const none = Number.NaN;
const QUOTE = [3_702_250_000_000n, 3_702_500_000_000n, 24, 11] as const;

async function open(file: DbnTestFile, pack: (bytes: Buffer) => Uint8Array = (bytes) => bytes) {
  const { recording, report } = await openRecording([files.write('f.dbn', pack(dbnOf(file)))]);
  return { events: playAll(recording), instruments: recording.instruments, report };
}
const trade = (changes: Partial<DbnTestRecord> = {}): DbnTestRecord => ({
  type: 0,
  price: 3_702_750_000_000n,
  size: 5,
  side: 'B',
  ...changes,
});
const fixture = async (name: string) => {
  const url = new URL(`../../../fixtures/databento/databento_${name}.dbn.zst`, import.meta.url);
  const { recording, report } = await openRecording([fileURLToPath(url)]);
  return { events: playAll(recording), instruments: recording.instruments, report };
};

describe('Databento DBN', () => {
  it.each([1, 2, 3])(
    'of version %i gives trades with their symbols, exact prices and both times',
    async (version) => {
      const { events, instruments, report } = await open({
        version,
        records: [trade(), trade({ side: 'A', price: 3_702_123_456_789n }), trade({ side: 'N', size: 7 })],
      });
      expect(events).toMatchObject([
        { type: 'trade', price: 3_702_750_000_000, size: 5, aggressor: 1, tradeId: '' },
        { type: 'trade', price: 3_702_123_456_789, aggressor: 2 },
        { type: 'trade', size: 7, aggressor: 0 },
      ]);
      expect(events[0]).toMatchObject({
        venueTimeUs: 1_609_113_600_006_001,
        receiveTimeUs: 1_609_113_600_006_150,
      });
      expect(instruments).toMatchObject([
        {
          venue: 'glbx',
          symbol: 'ESH1',
          assetClass: 'future',
          currency: 'USD',
          tick: { units: 1, decimals: 9 },
        },
      ]);
      expect(report.files).toMatchObject([{ format: 'dbn-trades', rows: 3, events: { trade: 3 } }]);
    },
  );

  it('opens plain, in zstd and in a zip', async () => {
    const file = { records: [trade()] };
    const packs = [
      (bytes: Buffer) => bytes,
      zstdCompressSync,
      (bytes: Buffer) => zipOf([{ name: 'a.dbn', content: bytes }]),
      (bytes: Buffer) => zipOf([{ name: 'a.dbn.zst', content: zstdCompressSync(bytes), stored: true }]),
    ];
    for (const pack of packs) expect((await open(file, pack)).events).toHaveLength(1);
  });

  it('of any length is cut into records wherever its chunks end', async () => {
    const records = Array.from({ length: 20_000 }, (_, number) => trade({ size: number + 1 }));
    const { events } = await open({ records }, zstdCompressSync);
    expect(events.map((event) => event.type === 'trade' && event.size)).toEqual(
      records.map(({ size }) => size),
    );
  });

  it('of mbp-1 and tbbo gives the quote of each record and the trades among them', async () => {
    const levels = [QUOTE];
    const { events, report } = await open({
      schema: 1,
      records: [
        trade({ type: 1, levels, action: 'A', flags: 0x80 }),
        trade({ type: 1, levels, action: 'T', size: 3 }),
        trade({ type: 1, levels: [[NO_PRICE, 3_702_500_000_000n, 0, 11]], action: 'C' }),
      ],
    });
    expect(events).toMatchObject([
      { type: 'quote', bid: 370_225, bidSize: 24, ask: 370_250, askSize: 11 },
      { type: 'trade', price: 370_275, size: 3 },
      { type: 'quote' },
      { type: 'quote', bid: none, bidSize: none, ask: 370_250 },
    ]);
    expect(report).toMatchObject({
      rows: 3,
      events: { trade: 1, quote: 3 },
      anomalies: { one_sided: 1, crossed: 0, latency_us_min: 149 },
    });
  });

  it('of mbp-10 gives a snapshot and then what changes', async () => {
    const ten = (change: number) =>
      Array.from({ length: 10 }, (_, level) => {
        const distance = BigInt(level) * 250_000_000n;
        const isThere = level < 9;
        return [
          isThere ? 3_702_250_000_000n - distance : NO_PRICE,
          3_702_500_000_000n + distance,
          isThere ? 10 + (level === 1 ? change : 0) : 0,
          20,
        ] as const;
      });
    const { events, report } = await open({
      schema: 2,
      records: [
        trade({ type: 10, action: 'A', levels: ten(0) }),
        trade({ type: 10, action: 'M', levels: ten(5) }),
        trade({ type: 10, action: 'T', levels: ten(5) }),
      ],
    });
    expect(events.map(({ type }) => type)).toEqual(['book', 'book', 'trade']);
    expect(events[0]).toMatchObject({ snapshot: true });
    expect(events[0]?.type === 'book' && [events[0].bids.length, events[0].asks.length]).toEqual([18, 20]);
    expect(events[1]).toMatchObject({ snapshot: false, bids: [370_200, 15], asks: [] });
    expect(report.files).toMatchObject([{ format: 'dbn-mbp-10', rows: 3, events: { trade: 1, book: 2 } }]);
  });

  it('of intervals gives the quote at their end, not the trade that stands beside it', async () => {
    const { events } = await open({
      schema: 18,
      records: [
        trade({ type: 0xc3, action: '\0', levels: [QUOTE], receivedNs: 1_609_113_601_000_000_000n }),
        trade({ type: 0xc4, action: '\0', levels: [QUOTE], sentNs: NO_TIME }),
      ],
    });
    expect(events.map(({ type }) => type)).toEqual(['quote', 'quote']);
    expect(events[0]).toMatchObject({
      venueTimeUs: 1_609_113_601_000_000,
      receiveTimeUs: 1_609_113_601_000_000,
    });
  });

  it.each([
    [0x20, 1],
    [0x21, 60],
    [0x22, 3_600],
    [0x23, 86_400],
  ])('of bars (type %i) gives bars of %i s, let out at their end', async (type, intervalSeconds) => {
    const startNs = 1_609_113_600_000_000_000n;
    const { events } = await open({
      schema: 5,
      records: [
        {
          type,
          sentNs: startNs,
          bar: [3_702_000_000_000n, 3_703_500_000_000n, 3_701_250_000_000n, 3_703_000_000_000n],
          volume: 4_294_967_300n,
        },
      ],
    });
    const startTimeUs = Number(startNs / 1000n);
    expect(events).toMatchObject([
      {
        type: 'bar',
        intervalSeconds,
        startTimeUs,
        venueTimeUs: startTimeUs + intervalSeconds * 1_000_000,
        open: 370_200,
        high: 370_350,
        low: 370_125,
        close: 370_300,
        volume: 4_294_967_300,
      },
    ]);
  });

  it('keeps prices of more than 53 bits whose zeros can go, and prices below 0', async () => {
    const { events } = await open({
      records: [trade({ price: 123_456_789_250_000_000_0n }), trade({ price: -37_630_000_000n })],
    });
    expect(events).toMatchObject([{ price: 123_456_789_250 }, { price: -3763 }]);
  });

  it('knows the symbol of an id by the day, by a mapping the other way round, and by records of the stream', async () => {
    const dates = [
      [20_201_228, 20_201_229, '5482'],
      [20_201_229, 20_201_230, '99'],
    ] as const;
    const next = 1_609_200_000_000_000_000n;
    const continuous = await open({
      mappings: [
        { asked: 'ES.c.0', dates },
        { asked: 'ES.c.1', dates: [[20_201_229, 20_201_230, '5482']] },
      ],
      records: [
        trade(),
        trade({ sentNs: next, receivedNs: next }),
        trade({ id: 99, sentNs: next, receivedNs: next }),
      ],
    });
    const symbols = continuous.events.map((event) => continuous.instruments[event.instrument]!.symbol);
    expect(symbols).toEqual(['ES.c.0', 'ES.c.1', 'ES.c.0']);
    const reversed = await open({
      types: [0, 1],
      mappings: [{ asked: '5482', dates: [[20_201_228, 20_201_229, 'ESH1']] }],
      records: [trade()],
    });
    expect(reversed.instruments).toMatchObject([{ symbol: 'ESH1' }]);
    for (const version of [1, 2]) {
      const live = await open({
        version,
        mappings: [],
        records: [symbolMapping(version, 5482, 'ES.FUT', 'ESH1'), trade(), trade({ id: 7 })],
      });
      expect(live.instruments.map(({ symbol }) => symbol)).toEqual(['ESH1', '7']);
    }
  });

  it('passes over time stamps of sending, and counts what it does not play', async () => {
    const status = Buffer.alloc(40);
    status.writeUInt8(10, 0);
    status.writeUInt8(0x12, 1);
    const { report, events } = await open({
      records: [
        trade({ extra: 8 }),
        status,
        trade({ size: 0 }),
        trade({ flags: 0x0c, sentNs: NO_TIME }),
        trade({ receivedNs: NO_TIME }),
      ],
    });
    expect(report).toMatchObject({
      rows: 4,
      events: { trade: 3 },
      anomalies: { records_not_played: 1, zero_qty: 1, bad_receive_time: 1, maybe_bad_book: 1 },
    });
    expect(events[1]!.venueTimeUs).toBe(events[1]!.receiveTimeUs);
    expect(events[2]!.receiveTimeUs).toBe(events[2]!.venueTimeUs);
  });

  it('of shares is so', async () => {
    const { instruments } = await open({ dataset: 'XNAS.ITCH', records: [trade()] });
    expect(instruments).toMatchObject([{ venue: 'xnas', assetClass: 'equity', currency: 'USD' }]);
  });

  const whole = dbnOf({ records: [trade(), trade()] });
  const changed = (at: number, byte: number) => {
    const bytes = Buffer.from(whole);
    bytes[at] = byte;
    return bytes;
  };
  const firstAt = whole.length - 96;
  it.each([
    [
      'of a version to come',
      changed(3, 4),
      'f is Databento DBN of version 4: expected a version from 1 to 3.',
    ],
    [
      'cut off in its metadata',
      whole.subarray(0, 50),
      'f is cut off before its first record: expected the metadata of its DBN data.',
    ],
    [
      'cut off in a record',
      whole.subarray(0, -20),
      'f is cut off after record 1: expected whole records of DBN data.',
    ],
    [
      'with a record of no length',
      changed(firstAt, 0),
      'f, record 0: found a record of 0 bytes, expected at least 16.',
    ],
    [
      'with a record that is too short for its type',
      changed(firstAt + 1, 1),
      'f, record 1: found 48 bytes of type 1, expected at least 80.',
    ],
    [
      'with metadata of lists without end',
      changed(8 + 104, 255),
      'f is damaged: expected sound metadata at the head of its DBN data (a list is longer than the metadata).',
    ],
    [
      'with metadata beyond bounds',
      changed(7, 255),
      /^f has DBN metadata of \d+ bytes: expected at most 536870912\.$/,
    ],
    [
      'with a trade without price',
      dbnOf({ records: [trade({ price: NO_PRICE })] }),
      'f, record 1, cannot be kept: expected price and size of a trade.',
    ],
    [
      'with a record without time',
      dbnOf({ records: [trade({ sentNs: NO_TIME, receivedNs: NO_TIME })] }),
      'f, record 1, cannot be kept: expected a time in ts_event or ts_recv.',
    ],
    [
      'with prices that no integer holds',
      dbnOf({ records: [trade({ price: 1_234_567_890_123_456_789n })] }),
      'f, record 1, cannot be kept: expected numbers that 53 bits hold exactly beside the others of their instrument.',
    ],
    [
      'without records',
      dbnOf({ records: [] }),
      'f holds no rows: expected rows of Databento DBN below the header.',
    ],
  ])('%s is refused in a sentence', async (_, bytes, sentence) => {
    const found = await files.refusal(bytes, 'f');
    if (typeof sentence === 'string') expect(found).toBe(sentence);
    else expect(found).toMatch(sentence);
  });
});

describe('files of Databento itself', () => {
  it('of best prices', async () => {
    const { events, instruments, report } = await fixture('GLBX.MDP3_test_data.mbp-1');
    expect(instruments).toMatchObject([{ venue: 'glbx', symbol: 'ESH1' }]);
    expect(report).toMatchObject({ rows: 4, events: { quote: 4, trade: 0 } });
    expect(events[0]).toMatchObject({ bid: 370_225, bidSize: 19, ask: 370_275, askSize: 13 });
  });

  it('of best prices once a second', async () => {
    const { events, report } = await fixture('GLBX.MDP3_test_data.bbo-1s');
    expect(events.map(({ venueTimeUs }) => venueTimeUs / 1_000_000)).toEqual([
      1_609_113_600, 1_609_113_601, 1_609_113_602, 1_609_113_603,
    ]);
    expect(report.anomalies).toMatchObject({ bad_receive_time: 1 });
  });

  it('of trades with best prices', async () => {
    const { events, instruments } = await fixture('XNAS.ITCH_test_data.tbbo');
    expect(instruments).toMatchObject([{ venue: 'xnas', symbol: 'NVDA', tick: { units: 1, decimals: 2 } }]);
    expect(events.map(({ type }) => type)).toEqual(
      Array.from({ length: 4 }, () => ['trade', 'quote']).flat(),
    );
    expect(events[0]).toMatchObject({ price: 52_100 });
  });

  it('of bars', async () => {
    const { events } = await fixture('XNAS.ITCH_test_data.ohlcv-1m');
    const starts = events.map((event) => event.type === 'bar' && event.startTimeUs % 60_000_000);
    expect(starts).toEqual([0, 0, 0, 0]);
  });
});

describe('records of DBN that are no market data', () => {
  const lenient = (file: DbnTestFile) =>
    openRecording([files.write('f.dbn', dbnOf(file))], { strict: false }).then(({ report }) => report);

  it('are left out and told where one cannot be kept, unless the import is strict', async () => {
    const report = await lenient({ records: [trade(), trade({ price: NO_PRICE }), trade()] });
    expect(report.events.trade).toBe(2);
    expect(report.broken).toMatchObject({
      rows: 1,
      first: [expect.stringContaining('f.dbn, record 2, cannot be kept: expected price and size')],
    });
  });

  it.each([
    [
      'in a record',
      (whole: Buffer) => whole.subarray(0, -20),
      'is cut off after record 19999: expected whole records',
    ],
    [
      'as it was packed',
      (whole: Buffer) => {
        const packed = zstdCompressSync(whole);
        return packed.subarray(0, packed.length - 100);
      },
      /is cut off after row \d+: expected the end of its zstd data/,
    ],
  ])('do not end a file that is cut off %s', async (_where, cut, sentence) => {
    const records = Array.from({ length: 20_000 }, (_, at) =>
      trade({ price: BigInt(1 + at * at) * 10_000_000n }),
    );
    const path = files.write('f.dbn', cut(dbnOf({ records })));
    const { report } = await openRecording([path], { strict: false });
    expect(report.events.trade).toBeGreaterThan(5_000);
    expect(report.broken).toMatchObject({ rows: 1, first: [expect.stringMatching(sentence)] });
    await expect(openRecording([path])).rejects.toThrow(/is cut off after/);
  });

  it('are named where there is nothing else', async () => {
    await expect(lenient({ schema: 9, records: [{ type: 0x13 }] })).rejects.toThrow(
      /f\.dbn is Databento DBN of definition records, none of which is played: expected trades, mbo/,
    );
  });
});
