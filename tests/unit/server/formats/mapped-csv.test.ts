import { describe, expect, it } from 'vitest';
import { parseColumnMap } from '../../../../server/formats/column-map.ts';
import { openRecording, type OpenOptions } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();
const DAY_US = 1_704_067_200_000_000;
const DAY_MS = DAY_US / 1000;

async function open(name: string, content: string, map?: string, options: OpenOptions = { strict: false }) {
  const given = map === undefined ? {} : { map: mapOf(map) };
  const { recording, report } = await openRecording([files.write(name, content)], { ...options, ...given });
  return {
    events: playAll(recording),
    instruments: recording.instruments,
    report,
    mapping: report.files[0]!.mapping,
  };
}

function mapOf(text: string) {
  const parsed = parseColumnMap(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.map;
}

describe('CSV of unknown columns', () => {
  it('is guessed by header words with any delimiter, and the mapping is told', async () => {
    const { events, mapping, instruments, report } = await open(
      'BTCUSDT_trades.csv',
      `Trade Time;Last Px;Executed Qty;Taker Side;Note\n${DAY_MS};61602,02;0,005;Sell;a\n${DAY_MS + 1};61602,5;1;BUY;"b;c"\n`,
    );
    expect(mapping).toBe('time=Trade Time:ms,price=Last Px,size=Executed Qty,side=Taker Side');
    expect(report.files[0]!.format).toBe('csv-trades');
    expect(instruments).toMatchObject([{ symbol: 'BTCUSDT' }]);
    expect(events).toMatchObject([
      { type: 'trade', price: 6_160_202, size: 5, aggressor: 2, venueTimeUs: DAY_US },
      { price: 6_160_250, size: 1_000, aggressor: 1, venueTimeUs: DAY_US + 1_000 },
    ]);
  });

  it.each([
    ['commas', 'time,symbol,last_px,executed_qty\n2024-01-01T00:00:00Z,BTC,"61,602.02","1,200"\n'],
    ['commas, under usual words', 'time,symbol,price,size\n2024-01-01T00:00:00Z,BTC,"61,602.02","1,200"\n'],
    ['semicolons', 'time;symbol;last_px;executed_qty\n2024-01-01T00:00:00Z;BTC;61.602,02;1200,0\n'],
  ])('with thousands parted is read where cells are parted by %s', async (_, content) => {
    const { events, instruments } = await open('x.csv', content);
    expect(instruments).toMatchObject([{ symbol: 'BTC', tick: { decimals: 2 } }]);
    expect(events).toMatchObject([{ type: 'trade', price: 6_160_202, size: 1_200 }]);
  });

  it('has time, side and symbol guessed by the shape of the values', async () => {
    const { events, mapping, instruments } = await open(
      'x.csv',
      `when,what,deal_price,contracts,way\n2024-01-01 00:00:01.5,ES-H24,4800.25,2,B\n2024-01-01 00:00:02,ES-H24,4800.5,1,S\n`,
    );
    expect(mapping).toBe('time=when:iso,price=deal_price,size=contracts,side=way,symbol=what');
    expect(instruments).toMatchObject([{ symbol: 'ES-H24', tick: { decimals: 2 } }]);
    expect(events).toMatchObject([
      { aggressor: 1, venueTimeUs: DAY_US + 1_500_000 },
      { aggressor: 2, size: 1 },
    ]);
  });

  it('becomes quotes or bars where its columns are those', async () => {
    const quotes = await open(
      'q.csv',
      `epoch\tBest Bid\tBest Ask\tbidVol\n${DAY_MS}\t1.1\t1.2\t5\n${DAY_MS}\tnan\t1.3\t\n`,
    );
    expect(quotes.events).toMatchObject([
      { type: 'quote', bid: 11, bidSize: 5, ask: 12, askSize: Number.NaN },
      { bid: Number.NaN, bidSize: Number.NaN, ask: 13 },
    ]);
    expect(quotes.report.anomalies).toMatchObject({ one_sided: 1 });
    // MetaTrader: https://www.metatrader5.com, the date beside the time of day.
    const bars = await open(
      'EURUSD_M5.csv',
      '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n2024.01.01\t00:00:00\t1.1\t1.3\t1.0\t1.2\t7\n2024.01.01\t00:05:00\t1.2\t1.3\t1.1\t1.1\t9\n',
    );
    expect(bars.events).toMatchObject([
      {
        type: 'bar',
        open: 11,
        high: 13,
        low: 10,
        close: 12,
        volume: 7,
        startTimeUs: DAY_US,
        intervalSeconds: 300,
      },
      { startTimeUs: DAY_US + 300_000_000 },
    ]);
    expect(bars.report.anomalies).toMatchObject({ times_taken_as_utc: 2 });
  });

  it('without a header is known to be bars by what its numbers can only be', async () => {
    const { events, mapping } = await open(
      'ABC.csv',
      `${DAY_MS},10,12,9,11,100\n${DAY_MS + 60_000},11,12,10,10,50\n`,
    );
    expect(mapping).toBe('time=#1:ms,open=#2,high=#3,low=#4,close=#5,volume=#6');
    expect(events).toMatchObject([
      { open: 10, high: 12, low: 9, close: 11, volume: 100, intervalSeconds: 60 },
      {},
    ]);
  });

  it('is read as --map says, with units, zones and values for all rows', async () => {
    const { events, mapping, instruments } = await open(
      'trades.csv',
      'a,b,c\n34200.5,10.25,3\n34201.000001,10.5,4\n',
      'time=a:midnight-s@America/New_York,date=2024-01-02,price=b,size=c,symbol=IBM,venue=nyse',
    );
    const open930 = Date.UTC(2024, 0, 2, 14, 30) * 1000;
    expect(instruments).toMatchObject([{ venue: 'nyse', symbol: 'IBM' }]);
    expect(events).toMatchObject([
      { price: 1025, size: 3, venueTimeUs: open930 + 500_000 },
      { price: 1050, venueTimeUs: open930 + 1_000_001 },
    ]);
    expect(mapping).toBe(
      'time=a:midnight-s@America/New_York,date=2024-01-02,price=b,size=c,symbol=IBM,venue=nyse',
    );
  });

  it('is read as --map says also where a layout would be recognised', async () => {
    const header = 'timestamp,price,amount,mid';
    const { events } = await open('x.csv', `${header}\n${DAY_MS},1,2,1.5\n`, 'price=mid,size=1,symbol=ABC');
    expect(events).toMatchObject([{ price: 15, size: 1 }]);
    const byNumber = await open('x.csv', `${DAY_MS},7,2\n`, 'price=#2,size=#3');
    expect(byNumber.events).toMatchObject([{ price: 7, size: 2, venueTimeUs: DAY_US }]);
  });

  it.each([
    ['s', '1704067200.25', DAY_US + 250_000],
    ['ms', '1704067200000.5', DAY_US + 500],
    ['us', '1704067200000001', DAY_US + 1],
    ['ns', '1704067200000001999', DAY_US + 1],
    ['iso', '2024-01-01T01:00:00+01:00', DAY_US],
    ['iso@Europe/Berlin', '2024-01-01 01:00:00', DAY_US],
  ])('has times in %s', async (unit, text, timeUs) => {
    const { events, report } = await open('x.csv', `t,p,q\n${text},1,1\n`, `time=t:${unit},price=p,size=q`);
    expect(events.map(({ venueTimeUs }) => venueTimeUs)).toEqual([timeUs]);
    expect(report.anomalies['times_taken_as_utc']).toBeUndefined();
  });

  it('counts and tells broken rows, and stops at the first when strict', async () => {
    const content = `when,px,qty\n${DAY_MS},1,2\n${DAY_MS},one,2\n${DAY_MS},1\n\nlater,1,2\n${DAY_MS},1,-2\n${DAY_MS},3,2\n`;
    const { events, report } = await open('x.csv', content);
    expect(events).toMatchObject([{ price: 1 }, { price: 3 }]);
    expect([report.rows, report.broken.rows]).toEqual([6, 4]);
    expect(report.broken.first.map((text) => text.slice(text.indexOf(', row')))).toEqual([
      ', row 3, column px: found "one", expected a decimal number of at most 15 digits.',
      ', row 4: found 2 cells, expected 3.',
      ', row 6, column when: found "later", expected a time from 1990 to 2099, such as 1605499846 or 2020-11-16T04:10:46Z.',
    ]);
    await expect(open('x.csv', content, undefined, { strict: true })).rejects.toThrow('row 3, column px');
  });

  it('is refused when nothing makes events of it, with what is missing', async () => {
    await expect(open('x.csv', 'colour,taste\nred,sweet\n', 'price=colour')).rejects.toThrow(
      'x.csv: found the columns colour, taste, expected time, price and size',
    );
    await expect(open('x.csv', 't,p\n1,2\n', 'price=px')).rejects.toThrow(
      'found no column px, expected one of t, p',
    );
  });

  it('takes as long to read as it has rows, not more, in chunks and with line ends in quotes', async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => `${DAY_MS + row},${row + 1},1,"a\nb"`);
    const { events } = await open('x.csv', ['when,px,qty,note', ...rows].join('\r\n'));
    expect(events).toHaveLength(20_000);
    expect(events.at(-1)).toMatchObject({ price: 20_000 });
  });

  it.each([
    ['that is never closed', '"101.5;3;x', 52],
    ['that the next one but far away closes', '101.5;3;"x', 52],
  ])('loses no other row to a quote %s', async (_, broken, sound) => {
    const row = (at: number) => `${DAY_MS + at};101.5;3;x\n`;
    const rows = Array.from({ length: 50 }, (_row, at) => row(10 + at)).join('');
    const { report } = await open(
      'x.csv',
      `time;price;size;note\n${row(1)}${DAY_MS + 2};${broken}\n${rows}${DAY_MS + 90};101.5;3;"y"\n`,
    );
    expect(report.events.trade).toBe(sound);
    expect(report.broken).toMatchObject({
      rows: 1,
      first: [
        expect.stringMatching(/x\.csv, row 3: found .*, expected quotes that are closed in their row\.$/),
      ],
    });
  });
});

describe('a column map', () => {
  it.each([
    ['price', 'found "price", expected role=column'],
    ['colour=x', 'expected role=column, the roles being time'],
    ['price=a,price=b', 'found price twice'],
    ['time=a:fortnight', 'expected a column, a unit (s, ms, us'],
    ['time=a:ms@Nowhere/City', 'and a zone'],
  ])('%s is refused in a sentence', (text, sentence) => {
    const parsed = parseColumnMap(text);
    expect(parsed.ok ? '' : parsed.message).toContain(sentence);
  });
});
