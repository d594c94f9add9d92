import { describe, expect, it } from 'vitest';
import { openRecording, streamRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();

async function open(name: string, content: string | Uint8Array) {
  const { recording, report } = await openRecording([files.write(name, content)], { strict: false });
  const events = playAll(recording);
  return {
    events,
    report,
    symbols: recording.instruments.map(({ venue, symbol }) => `${venue}:${symbol}`),
    times: events.map(({ venueTimeUs }) => new Date(venueTimeUs / 1000).toISOString()),
    mapping: report.files[0]!.mapping,
  };
}

const BARS = '1,2,0.5,1.5,100';
const NINE_31 = '2026-01-12T09:31:00.000Z';
const NINE_32 = '2026-01-12T09:32:00.000Z';

describe('CSV as vendors write it', () => {
  it('keeps the symbols of bars apart, which a layout of one instrument would mix', async () => {
    const opened = await open(
      'bars.csv',
      `date,symbol,open,high,low,close,volume\n2026-01-12,AAPL,${BARS}\n2026-01-12,MSFT,10,20,5,15,7\n`,
    );
    expect(opened.symbols).toEqual(['file:AAPL', 'file:MSFT']);
    expect(opened.events).toMatchObject([
      { open: 10, high: 20, low: 5, close: 15, volume: 100 },
      { open: 10, high: 20, low: 5, close: 15, volume: 7 },
    ]);
  });

  it.each([
    [
      'a time of day beside the date',
      'date,time,open,high,low,close,volume\n2026.01.12,09:30,#\n2026.01.12,09:31,#\n',
    ],
    ['the two without a header', '2026.01.12,09:30,#\n2026.01.12,09:31,#\n'],
    [
      'a clock of digits',
      '<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\n20260112,093000,#\n20260112,093100,#\n',
    ],
    [
      'a clock of digits without zeros',
      'date,time,open,high,low,close,volume\n20260112,93000,#\n20260112,93100,#\n',
    ],
    [
      'hours and minutes as four digits',
      'Date,Time,Open,High,Low,Close,Volume\n20260112,0930,#\n20260112,0931,#\n',
    ],
    [
      'HistData for MetaStock',
      '<TICKER>,<DTYYYYMMDD>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\nX,20260112,093000,#\nX,20260112,093100,#\n',
    ],
    [
      'a title above the header',
      'https://www.CryptoDataDownload.com\ndate,open,high,low,close,Volume BTC\n2026-01-12 09:30:00,#\n2026-01-12 09:31:00,#\n',
    ],
    [
      'comments above the header',
      '# made by x\n# y\ndate,open,high,low,close,volume\n2026-01-12 09:30:00,#\n2026-01-12 09:31:00,#\n',
    ],
    [
      'a header that is a comment',
      '# date,open,high,low,close,volume\n2026-01-12 09:30:00,#\n2026-01-12 09:31:00,#\n',
    ],
    [
      "Excel's line about the separator",
      'sep=,\ndate,open,high,low,close,volume\n2026-01-12 09:30:00,#\n2026-01-12 09:31:00,#\n',
    ],
    [
      'an index without a name',
      ',open,high,low,close,volume\n2026-01-12 09:30:00+00:00,#\n2026-01-12 09:31:00+00:00,#\n',
    ],
    [
      'another word for the volume',
      'Timestamp,Open,High,Low,Close,Volume_(BTC)\n1768210200,#\n1768210260,#\n',
    ],
    [
      'spaces behind the commas',
      'date, open, high, low, close, volume\n2026-01-12 09:30:00, 1, 2, 0.5, 1.5, 100\n2026-01-12 09:31:00, 1, 2, 0.5, 1.5, 100\n',
    ],
    ['the month named', 'date,open,high,low,close,volume\n12-Jan-2026 09:30:00,#\n12-Jan-2026 09:31:00,#\n'],
    ['dates in digits alone', 'date,open,high,low,close,volume\n20260112093000,#\n20260112093100,#\n'],
    [
      'days and months of one digit',
      'Date, Time, Open, High, Low, Last, Volume\n2026/1/12, 09:30:00, 1, 2, 0.5, 1.5, 100\n2026/1/12, 09:31:00, 1, 2, 0.5, 1.5, 100\n',
    ],
    [
      'two spaces within the time',
      'date,open,high,low,close,volume\n20260112  09:30:00,#\n20260112  09:31:00,#\n',
    ],
    [
      'a colon before milliseconds',
      'date,open,high,low,close,volume\n2026-01-12 09:30:00:000,#\n2026-01-12 09:31:00:000,#\n',
    ],
    [
      'numbers before the words',
      'date,1. open,2. high,3. low,4. close,5. volume\n2026-01-12 09:30:00,#\n2026-01-12 09:31:00,#\n',
    ],
    [
      'prices in a currency and volumes in thousands',
      'Time,Open,High,Low,Close/Last,Vol.\n2026-01-12 09:30:00,$1,$2,$0.5,$1.5,0.1K\n2026-01-12 09:31:00,$1,$2,$0.5,$1.5,0.1K\n',
    ],
    [
      'the price of the close called so',
      'Time,Price,Open,High,Low,Vol.\n2026-01-12 09:30:00,1.5,1,2,0.5,100\n2026-01-12 09:31:00,1.5,1,2,0.5,100\n',
    ],
    ['hours and minutes in the second column, without a header', '20260112,930,#\n20260112,931,#\n'],
    [
      'a comma at the end of each row',
      'date,open,high,low,close,volume\n2026-01-12 09:30:00,1,2,0.5,1.5,100,\n2026-01-12 09:31:00,1,2,0.5,1.5,100,\n',
    ],
    [
      'dates as FIX has them',
      'date,open,high,low,close,volume\n20260112-09:30:00,#\n20260112-09:31:00.000,#\n',
    ],
  ])('with %s has the right times, prices and volumes', async (_, content) => {
    const { times, events, report } = await open('x.csv', content.replaceAll('#\n', `${BARS}\n`));
    expect(times).toEqual([NINE_31, NINE_32]);
    expect(report.broken.rows).toBe(0);
    expect(events).toMatchObject([
      { type: 'bar', open: 10, high: 20, low: 5, close: 15, volume: 100 },
      { type: 'bar', open: 10, high: 20, low: 5, close: 15, volume: 100 },
    ]);
  });

  it('takes the first four prices for those of a bar, though nothing moved in it', async () => {
    const { events, mapping } = await open(
      'kraken_XBTUSD_1.csv',
      '1381095240,122.0,122.0,122.0,122.0,0.1,1\n1381095300,123.6,123.6,123.6,123.6,0.1,1\n',
    );
    expect(mapping).toBe('time=#1:s,open=#2,high=#3,low=#4,close=#5,volume=#6');
    expect(events).toMatchObject([{ open: 1_220, volume: 1 }, { close: 1_236 }]);
  });

  it('reads the quotes of a tick file whose column of last prices is empty', async () => {
    const { events } = await open(
      'EURUSD.csv',
      '<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>\n2026.01.12\t09:30:00.123\t1.1\t1.2\t\t\t6\n2026.01.12\t09:30:00.456\t\t1.3\t\t\t4\n',
    );
    expect(events).toMatchObject([
      { type: 'quote', bid: 11, ask: 12 },
      { type: 'quote', ask: 13 },
    ]);
  });

  it.each([
    ['little', (text: string) => Buffer.from(`\u{feff}${text}`, 'utf16le')],
    ['big', (text: string) => Buffer.from(`\u{feff}${text}`, 'utf16le').swap16()],
  ])(
    'reads text of two bytes a character, %s end first, and one that ends within a character',
    async (_end, packed) => {
      const row = (at: number): string =>
        `2026.01.12\t09:30:00.${String(at).padStart(3, '0')}\t1.1\t1.${at}\n`;
      const rows = Array.from({ length: 900 }, (_, at) => row(at + 100)).join('');
      const bytes = packed(`<DATE>\t<TIME>\t<BID>\t<ASK>\n${rows}`);
      const { events, symbols } = await open('EURUSD.csv', bytes);
      expect(symbols).toEqual([expect.stringContaining('EURUSD')]);
      expect(events).toHaveLength(900);
      expect(events[1]).toMatchObject({ type: 'quote', bid: 1_100, ask: 1_101 });
      const cut = await open('EURUSD.csv', bytes.subarray(0, -3));
      expect(cut.events).toHaveLength(899);
      expect(cut.report.broken.first[0]).toContain('EURUSD.csv, row 901, column');
    },
  );

  it('knows how long bars are where more instruments than wait have the same time', async () => {
    const rows = ['09:30', '09:31'].flatMap((clock) =>
      Array.from({ length: 90 }, (_, at) => `2026-01-12T${clock}:00Z,S${at},1,2,0.5,1.5,100\n`),
    );
    const { report, symbols, times } = await open(
      'bars.csv',
      `time,symbol,open,high,low,close,volume\n${rows.join('')}`,
    );
    expect(report.files[0]!.format).toBe('bars');
    expect([symbols.length, new Set(symbols).size]).toEqual([90, 90]);
    expect([...new Set(times)]).toEqual([NINE_31, NINE_32]);
  });

  it.each(['Name', 'stock', 'act_symbol', 'Asset_ID'])(
    'takes %s for the symbol where nothing else is',
    async (word) => {
      const rows = ['AAL', 'AAPL'].flatMap((name) =>
        [8, 11, 12].map((day) => `2013-02-${day},${BARS},${name}\n`),
      );
      const { symbols, report } = await open(
        'all_stocks_5yr.csv',
        `date,open,high,low,close,volume,${word}\n${rows.join('')}`.replaceAll('02-8', '02-08'),
      );
      expect(symbols.toSorted()).toEqual(['file:AAL', 'file:AAPL']);
      expect(report.anomalies).toMatchObject({ grouped: 6 });
    },
  );

  it('keeps the venues and symbols of quotes apart', async () => {
    const { report, symbols, events } = await open(
      'quotes.csv',
      'timestamp,exchange,symbol,bid,ask\n1768210200,arca,IBM,1.5,2\n1768210201,bats,IBM,1.4,\n1768210202,,GE,3,4\n',
    );
    expect(report.files[0]!.format).toBe('quotes');
    expect(symbols.toSorted()).toEqual(['arca:IBM', 'bats:IBM', 'file:GE']);
    expect(events).toHaveLength(3);
  });

  it('plays a list that begins with the newest row from the oldest, and tells it', async () => {
    const { times, report } = await open(
      'intraday_5min_IBM.csv',
      `timestamp,open,high,low,close,volume\n${['19:55', '19:50', '19:50', '18:40']
        .map((clock) => `2024-07-19 ${clock}:00,${BARS}\n`)
        .join('')}`,
    );
    expect(times.map((time) => time.slice(11, 16))).toEqual(['18:45', '19:55', '19:55', '20:00']);
    expect(report.anomalies).toMatchObject({
      newest_first: 4,
      out_of_order: 0,
      venue_time_back: 0,
      holes: 1,
      max_gap_s: 4_200,
    });
    expect(report.files[0]).toMatchObject({
      firstTimeUs: 1_721_414_700_000_000,
      lastTimeUs: 1_721_419_200_000_000,
    });
  });

  it('plays instruments that stand one behind the other by time, in parts too', async () => {
    const names = ['AAL', 'AAPL', 'ABBV'];
    const rows = names.flatMap((name, of) =>
      Array.from({ length: 40_000 }, (_, at) => `${1_721_379_600 + at * 60 + of},${name},${at + 1},1\n`),
    );
    const path = files.write('all.csv', `time,symbol,price,size\n${rows.join('')}`);
    const prices: number[] = [];
    const report = await streamRecording([path], { strict: false }, (part) =>
      part.play(0, part.events, (event) => void (event.type === 'trade' && prices.push(event.price))),
    );
    expect(report.anomalies).toMatchObject({ grouped: 120_000, out_of_order: 0, venue_time_back: 0 });
    expect(report.files[0]!.firstTimeUs).toBe(1_721_379_600_000_000);
    expect(prices).toEqual(Array.from({ length: 120_000 }, (_, at) => Math.floor(at / 3) + 1));
  });

  it('leaves rows as they stand where one of them goes forth', async () => {
    const clocks = ['09:35', '09:30', '09:40'];
    const { report } = await open(
      'x.csv',
      `time,price,size\n${clocks.map((clock) => `2024-07-19T${clock}:00Z,1,1\n`).join('')}`,
    );
    expect(report.anomalies).toMatchObject({ out_of_order: 1 });
    expect(report.anomalies).not.toHaveProperty('newest_first');
  });

  it('turns a long list too that goes through in parts', async () => {
    const row = (at: number): string => `${1_721_379_600_000 - at * 1_000},${at},1\n`;
    const rows = Array.from({ length: 150_000 }, (_, at) => row(at + 1)).join('');
    const prices: number[] = [];
    const path = files.write('long.csv', `time,price,size\n${rows}`);
    const report = await streamRecording([path], { strict: false }, (part) =>
      part.play(0, part.events, (event) => void (event.type === 'trade' && prices.push(event.price))),
    );
    expect(report.anomalies).toMatchObject({ newest_first: 150_000 });
    expect(prices).toEqual(Array.from({ length: 150_000 }, (_, at) => 150_000 - at));
  });

  it('takes no number of a trade for the price that a bar begins with', async () => {
    const path = files.write(
      'BTC_USDT-202310.csv',
      '1697500800.123456,1234,60000.1,0.5,1\n1697500801.5,1235,60000.2,0.25,2\n',
    );
    await expect(openRecording([path])).rejects.toThrow(/BTC_USDT-202310\.csv/);
  });

  it('says the row numbers of the file below a title', async () => {
    const { report } = await open('x.csv', 'A title\n\ntime,price,size\n1768210200,1,1\n1768210201,x,1\n');
    expect(report.broken.first[0]).toContain('x.csv, row 5, column price: found "x"');
  });

  it('names contracts that are settled in the coin by file and venue', async () => {
    const { symbols } = await open(
      'BTCUSD_PERP-trades-2024-01-01.csv',
      'id,price,qty,base_qty,time,is_buyer_maker\n743211,42313.9,12,0.02836,1704067200076,true\n',
    );
    expect(symbols).toEqual(['binance-delivery:BTCUSD_PERP']);
  });
});

describe('times of a day that only the file name tells', () => {
  it.each([
    ['a clock', '09:30:00.5'],
    ['milliseconds since midnight', '34200500'],
  ])('are read under the usual words: %s', async (_, time) => {
    const { times } = await open('AAPL_2026-01-12.csv', `time,price,size\n${time},1,1\n`);
    expect(times).toEqual(['2026-01-12T09:30:00.500Z']);
  });
});

describe('days and months', () => {
  const rows = (...dates: string[]) => `time,price,size\n${dates.map((date) => `${date},1,1\n`).join('')}`;

  it.each([
    ['American', ['01/12/2026 9:30:00 AM', '01/13/2026 1:30:00 PM'], 'mdy', '2026-01-13T13:30:00.000Z'],
    ['European', ['12/01/2026 09:30:00', '13/01/2026 13:30:00'], 'dmy', '2026-01-13T13:30:00.000Z'],
    ['of two digits', ['12.01.26 09:30', '13.01.26 13:30'], 'dmy', '2026-01-13T13:30:00.000Z'],
  ])('in %s order are told apart by a number above 12', async (_, dates, order, last) => {
    const { mapping, times } = await open('x.csv', rows(...dates));
    expect(mapping).toBe(`time=time:${order},price=price,size=size`);
    expect(times).toEqual(['2026-01-12T09:30:00.000Z', last]);
  });

  it('that nothing tells apart are refused with what to say', async () => {
    await expect(open('x.csv', rows('01/02/2026 09:30', '02/02/2026 09:30'))).rejects.toThrow(
      /row 2, column time: found "01\/02\/2026 09:30", expected .* --map time=Date:mdy or time=Date:dmy\.$/,
    );
  });
});

describe('sides as numbers', () => {
  const rows = (...sides: string[]) =>
    `time,price,size,side\n${sides.map((side, row) => `${1_768_210_200 + row},1,1,${side}\n`).join('')}`;

  it('are signs where one of them is -1', async () => {
    const { events } = await open('x.csv', rows('1', '-1', '1'));
    expect(events).toMatchObject([{ aggressor: 1 }, { aggressor: 2 }, { aggressor: 1 }]);
  });

  it('are told and left unknown where none is', async () => {
    const { events, report } = await open('x.csv', rows('1', '0'));
    expect(events).toMatchObject([{ aggressor: 0 }, { aggressor: 0 }]);
    expect(report.anomalies).toMatchObject({ sides_not_understood: 2 });
  });
});

describe('odd rows and columns', () => {
  it('is one broken row where a row is longer than any, and goes on behind it', async () => {
    const { events, report } = await open(
      'x.csv',
      `time,price,size\n1768210200,1,1\n${'x'.repeat(3_000_000)}\n1768210201,2,1\n1768210202,y,1\n`,
    );
    expect(events).toMatchObject([{ price: 1 }, { price: 2 }]);
    expect(report.broken.first).toEqual([
      expect.stringContaining('x.csv, row 3, is longer than 1048576 bytes'),
      expect.stringContaining('x.csv, row 5, column price: found "y"'),
    ]);
  });

  it('takes no code of an exchange for a venue, which would part one share into many', async () => {
    const { symbols } = await open(
      'x.csv',
      'ticker,exchange,id,price,sip_timestamp,participant_timestamp,size\nAAPL,11,1,187.15,1704186000007566000,1704186000007543000,5\nAAPL,4,2,187.15,1704186000007566001,1704186000007543001,5\n',
    );
    expect(symbols).toEqual(['file:AAPL']);
  });

  it.each([
    ['DAT_MT_EURUSD_M1_2013.csv', '2013.07.01,17:00,1.3195,1.3197,1.3194,1.3196,0\n'],
    [
      'DAT_MS_EURUSD_M1_2013.csv',
      '<TICKER>,<DTYYYYMMDD>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\nEURUSD,20130701,170000,1.3195,1.3197,1.3194,1.3196,0\n',
    ],
  ])('reads %s in the zone of HistData', async (name, content) => {
    const { times, symbols } = await open(name, content);
    expect(times).toEqual(['2013-07-01T22:01:00.000Z']);
    expect(symbols).toEqual(['file:EURUSD']);
  });
});
