import { gzipSync, zstdCompressSync } from 'node:zlib';
import { pack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();
const NOW_US = 1_618_678_410_123_456;
const US = String(NOW_US);

async function open(content: string | Uint8Array, strict = true) {
  const { recording, report } = await openRecording([files.write('capture', content)], { strict });
  return { events: playAll(recording), instruments: recording.instruments, report };
}

const binance = JSON.stringify({
  stream: 'btcusdt@trade',
  data: {
    ...{ e: 'trade', E: 1_618_678_410_100, s: 'BTCUSDT', t: 12, p: '61837.63', q: '0.02' },
    ...{ T: 1_618_678_410_099, m: true },
  },
});
const coinbase = JSON.stringify({
  ...{ type: 'snapshot', product_id: 'BTC-USD', bids: [['100.01', '1']], asks: [['100.02', '2']] },
});
const gemini = JSON.stringify({
  ...{ type: 'l2_updates', symbol: 'ETHUSD', changes: [['buy', '2000.5', '3']], trades: [] },
});

const STAMPS = {
  'seconds with six decimals': `${US.slice(0, 10)}.${US.slice(10)}`,
  'seconds with seven decimals': `${US.slice(0, 10)}.${US.slice(10)}9`,
  microseconds: US,
  nanoseconds: `${US}789`,
  'an ISO time': '2021-04-17T16:53:30.123456Z',
  'an ISO time with a space in it': '2021-04-17 16:53:30.123456+00:00',
};
const SEPARATORS = {
  'a space': ' ',
  'a tab': '\t',
  'a colon and a space': ': ',
  'a colon': ':',
  'a comma': ',',
};

describe('captures of one frame a line', () => {
  for (const [unit, stamp] of Object.entries(STAMPS)) {
    it.each(Object.entries(SEPARATORS))(`have ${unit}, then %s, before the frame`, async (_name, between) => {
      for (const frame of [binance, coinbase, gemini]) {
        const { events } = await open(`${stamp}${between}${frame}\n`);
        expect(events).toMatchObject([{ receiveTimeUs: NOW_US }]);
      }
    });
  }

  it('have whole seconds and milliseconds too', async () => {
    const stamps = [US.slice(0, 10), US.slice(0, 13)];
    const { events } = await open(stamps.map((stamp) => `${stamp}: ${binance}\n`).join(''));
    expect(events.map(({ receiveTimeUs }) => receiveTimeUs)).toEqual([
      1_618_678_410_000_000, 1_618_678_410_123_000,
    ]);
  });

  it.each([
    ['blank lines', '\n\n', '\n'],
    ['lines that end as on Windows', '\r\n', '\r\n'],
    ['a blank first line and none at the end', '\n', ''],
  ])('may have %s', async (_name, between, end) => {
    for (const frame of [binance, coinbase]) {
      const lines = [0, 1, 2].map((at) => `${NOW_US + at}: ${frame}`);
      const { events, report } = await open(`${between === '\n' ? '\n' : ''}${lines.join(between)}${end}`);
      expect(events.map(({ receiveTimeUs }) => receiveTimeUs)).toEqual([NOW_US, NOW_US + 1, NOW_US + 2]);
      expect(report.rows).toBe(3);
    }
  });

  it.each([
    ['Binance', binance],
    ['Coinbase', coinbase],
  ])('of %s whose last line was cut off lose that line, and say so', async (_name, frame) => {
    const content = `${NOW_US}: ${frame}\n${NOW_US + 1}: ${frame}\n${NOW_US + 2}: ${frame.slice(0, -9)}`;
    const { events, report } = await open(content, false);
    expect(events.length).toBe(2);
    expect(report.broken.rows).toBe(1);
    expect(report.broken.first[0]).toMatch(/row 3/);
    await expect(open(content)).rejects.toThrow(/row 3/);
  });

  it.each([
    ['plain', (text: string) => text],
    ['packed with gzip', gzipSync],
    ['packed with zstd', zstdCompressSync],
  ])('as cryptofeed writes them, %s, have openings, questions and answers besides', async (_name, packed) => {
    const seconds = (at: number): string => `1618678410.00000${at}`;
    const { events, instruments, report } = await open(
      packed(
        [
          `configuration: {"COINBASE": {"l2_book": ["BTC-USD"]}}`,
          `https://api.pro.coinbase.com/products -> ${seconds(0)}: [{"id":"BTC-USD"}]`,
          `wss://ws-feed.pro.coinbase.com <-> ${seconds(1)}`,
          `wss://ws-feed.pro.coinbase.com <- ${seconds(2)}: {"type":"subscribe","product_ids":["BTC-USD"],"channels":["level2"]}`,
          `${seconds(3)}: ${coinbase}`,
          '',
        ].join('\n'),
      ),
    );
    expect(events).toMatchObject([{ type: 'book', snapshot: true, receiveTimeUs: 1_618_678_410_000_003 }]);
    expect(instruments).toMatchObject([{ venue: 'coinbase', symbol: 'BTC-USD' }]);
    expect(report.files[0]).toMatchObject({ format: 'coinbase capture', rows: 4 });
  });

  it('of several venues give each its own instruments', async () => {
    const frames = [coinbase, gemini, binance, coinbase];
    const { events, instruments, report } = await open(
      frames.map((frame, at) => `${NOW_US + at} ${frame}\n`).join(''),
    );
    expect(events.map(({ type }) => type)).toEqual(['book', 'book', 'trade', 'book']);
    expect(instruments.map(({ venue }) => venue).sort()).toEqual(['binance', 'coinbase', 'gemini']);
    expect(report.files[0]!.format).toBe('coinbase and gemini capture');
  });

  it('of several venues know the venue by the address of the connection', async () => {
    const line = (conn: number, dir: string, rest: object): string =>
      JSON.stringify({ conn, dir, t: `1618678410.00000${conn}`, ...rest });
    const { instruments } = await open(
      [
        line(0, 'open', { url: 'wss://ws-feed.exchange.coinbase.com' }),
        line(1, 'open', { url: 'wss://api.gemini.com/v2/marketdata' }),
        line(1, 'in', { raw: gemini }),
        line(0, 'in', { raw: coinbase }),
      ].join('\n'),
    );
    expect(instruments.map(({ venue }) => venue).sort()).toEqual(['coinbase', 'gemini']);
  });
});

describe('captures of Alpaca', () => {
  const quote = {
    T: 'q',
    S: 'AAPL',
    bp: 150.3,
    bs: 1,
    ap: 150.35,
    as: 4,
    t: '2021-04-17T16:53:30.123456789Z',
  };

  it('are known by their frames, in JSON', async () => {
    const { events, report } = await open(`${US} ${JSON.stringify([quote])}\n`);
    expect(report.files[0]!.format).toBe('alpaca capture');
    expect(events).toMatchObject([{ type: 'quote', receiveTimeUs: NOW_US, venueTimeUs: NOW_US }]);
  });

  it('are known by their frames, in MessagePack', async () => {
    const raw64 = Buffer.from(pack([quote])).toString('base64');
    const { events } = await open(`${JSON.stringify({ conn: 0, dir: 'in', t: US, raw64 })}\n`);
    expect(events).toMatchObject([{ type: 'quote', bid: 15_030, ask: 15_035 }]);
  });
});

it("Coinbase's other interface is refused by its name", async () => {
  const frame = { channel: 'ticker', client_id: '', timestamp: '', sequence_num: 0, events: [] };
  await expect(open(`${US} ${JSON.stringify(frame)}\n`)).rejects.toThrow(/This is Coinbase Advanced Trade/);
});
