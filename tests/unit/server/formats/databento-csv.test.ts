import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();
const BASE = 'ts_recv,ts_event,rtype,publisher_id,instrument_id';
const PLAIN = '1609113600006150193,1609113600006001487';
const PRETTY = '2020-12-28T00:00:00.006150193Z,2020-12-28T00:00:00.006001487Z';
const TIMES = { venueTimeUs: 1_609_113_600_006_001, receiveTimeUs: 1_609_113_600_006_150 };

async function open(rows: string[], name = 'glbx-mdp3-20201228.csv') {
  const { recording, report } = await openRecording([files.write(name, rows.join('\n'))], { strict: true });
  return { events: playAll(recording), instruments: recording.instruments, report };
}

describe('CSV of Databento', () => {
  it.each([
    ['plain', PLAIN, '3720500000000'],
    ['pretty', PRETTY, '3720.500000000'],
  ])('of trades, %s, has exact prices, both times and the side that crossed', async (_name, times, price) => {
    const { events, instruments, report } = await open([
      `${BASE},action,side,depth,price,size,flags,ts_in_delta,sequence,symbol`,
      `${times},0,1,5482,T,A,0,${price},5,128,17214,1170362,ESH1`,
      `${times},0,1,5482,T,B,0,${price},7,128,17214,1170363,ESH1`,
      `${times},0,1,5482,T,N,0,${price},0,128,17214,1170364,ESH1`,
    ]);
    expect(instruments).toMatchObject([
      {
        venue: 'glbx',
        symbol: 'ESH1',
        assetClass: 'future',
        currency: 'USD',
        tick: { units: 1, decimals: 1 },
      },
    ]);
    expect(events).toMatchObject([
      { type: 'trade', price: 37_205, size: 5, aggressor: 2, ...TIMES },
      { type: 'trade', price: 37_205, size: 7, aggressor: 1 },
    ]);
    expect(report.files).toMatchObject([
      { format: 'databento-csv-trades', rows: 3, events: { trade: 2 }, anomalies: { zero_qty: 1 } },
    ]);
  });

  it('of mbp-1 has the quote of each row, a missing side as missing, and the trades among them', async () => {
    const { events } = await open([
      `${BASE},action,side,depth,price,size,flags,ts_in_delta,sequence,bid_px_00,ask_px_00,bid_sz_00,ask_sz_00,bid_ct_00,ask_ct_00`,
      `${PLAIN},1,1,5482,A,A,0,3720500000000,1,128,1,1,3720250000000,3720500000000,24,11,15,9`,
      `${PLAIN},1,1,5482,T,B,0,3720500000000,2,128,1,2,3720250000000,3720500000000,24,9,15,9`,
      `${PLAIN},1,1,5482,C,A,0,3720500000000,9,128,1,3,3720250000000,9223372036854775807,24,0,15,0`,
    ]);
    expect(events).toMatchObject([
      { type: 'quote', bid: 372_025, bidSize: 24, ask: 372_050, askSize: 11 },
      { type: 'trade', price: 372_050, size: 2, aggressor: 1 },
      { type: 'quote', askSize: 9 },
      { type: 'quote', bid: 372_025, ask: Number.NaN, askSize: Number.NaN },
    ]);
  });

  it('of levels has what changed between its rows, of a header without a symbol the id', async () => {
    const names = ['00', '01'].flatMap((level) =>
      ['bid_px', 'ask_px', 'bid_sz', 'ask_sz', 'bid_ct', 'ask_ct'].map((name) => `${name}_${level}`),
    );
    const row = (levels: string) => `${PRETTY},10,2,99,A,A,0,10.500000000,1,128,1,1,${levels}`;
    const { events, instruments } = await open(
      [
        `${BASE},action,side,depth,price,size,flags,ts_in_delta,sequence,${names.join(',')}`,
        row('10.000000000,10.500000000,1,2,1,1,9.500000000,,3,0,1,0'),
        row('10.000000000,10.500000000,1,4,1,1,9.500000000,,3,0,1,0'),
      ],
      'x.csv',
    );
    expect(instruments).toMatchObject([{ venue: 'xnas', symbol: '99' }]);
    expect(events).toMatchObject([
      { type: 'book', snapshot: true, bids: [100, 1, 95, 3], asks: [105, 2] },
      { type: 'book', snapshot: false, bids: [], asks: [105, 4] },
    ]);
  });

  it('of bars starts them at ts_event and lets them out at their end', async () => {
    const { events, report } = await open([
      'ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol',
      '1609113600000000000,33,1,5482,372025000000000,372050000000000,372000000000000,372050000000000,57,ESH1',
    ]);
    expect(events).toMatchObject([
      {
        type: 'bar',
        open: 372_025,
        high: 372_050,
        low: 372_000,
        close: 372_050,
        volume: 57,
        intervalSeconds: 60,
      },
    ]);
    expect(events[0]).toMatchObject({
      startTimeUs: 1_609_113_600_000_000,
      venueTimeUs: 1_609_113_660_000_000,
    });
    expect(report.files[0]!.format).toBe('databento-csv-ohlcv');
  });

  it('of orders makes the levels and the trades', async () => {
    const row = (action: string, side: string, price: string, size: number, id: string, flags: number) =>
      `${PLAIN},160,1,5482,${action},${side},${price},${size},0,${id},${flags},1,1,ESH1`;
    const { events } = await open([
      `${BASE},action,side,price,size,channel_id,order_id,flags,ts_in_delta,sequence,symbol`,
      row('A', 'B', '10000000000', 5, '6402986110784', 0),
      row('A', 'A', '11000000000', 3, '9223372036854775808', 128),
      row('T', 'A', '10000000000', 2, '0', 0),
      row('F', 'B', '10000000000', 2, '6402986110784', 0),
      row('C', 'B', '10000000000', 2, '6402986110784', 128),
    ]);
    expect(events).toMatchObject([
      { type: 'book', snapshot: true, bids: [10, 5], asks: [11, 3] },
      { type: 'trade', price: 10, size: 2, aggressor: 2 },
      { type: 'book', snapshot: false, bids: [10, 3], asks: [] },
    ]);
  });

  it('says what is wrong with a row', async () => {
    const header = `${BASE},action,side,depth,price,size,flags,ts_in_delta,sequence,symbol`;
    const row = `${PLAIN},0,1,5482,T,A,0,3720500000000,5,128,17214,1170362,ESH1`;
    expect(await files.refusal([header, row.replace('5,128', 'five,128')].join('\n'))).toBe(
      'recording.csv, row 2, column size: found "five", expected a whole number, 0 or more.',
    );
    expect(await files.refusal([header, row.replace(PLAIN, 'soon,later')].join('\n'))).toContain(
      'column ts_event: found "later", expected nanoseconds since 1970 or an ISO time',
    );
  });

  it('of the same trades as DBN gives the same events', async () => {
    const url = new URL(
      '../../../fixtures/databento/databento_GLBX.MDP3_test_data.mbp-1.dbn.zst',
      import.meta.url,
    );
    const { recording } = await openRecording([fileURLToPath(url)]);
    const of = playAll(recording).filter(({ type }) => type === 'quote');
    const { tick } = recording.instruments[0]!;
    const rows = of.map((event) => {
      if (event.type !== 'quote') return '';
      const px = (ticks: number) => (ticks / 10 ** tick.decimals).toFixed(9);
      const at = (us: number) =>
        `${new Date(Math.floor(us / 1000)).toISOString().slice(0, -1)}${String(us % 1000).padStart(3, '0')}000Z`;
      return `${at(event.receiveTimeUs)},${at(event.venueTimeUs)},1,1,1,A,N,0,,0,0,0,0,${px(event.bid)},${px(event.ask)},${event.bidSize},${event.askSize},1,1,ESH1`;
    });
    const { events } = await open([
      `${BASE},action,side,depth,price,size,flags,ts_in_delta,sequence,bid_px_00,ask_px_00,bid_sz_00,ask_sz_00,bid_ct_00,ask_ct_00,symbol`,
      ...rows,
    ]);
    expect(events).toEqual(of);
    expect(events.length).toBeGreaterThan(1);
  });
});
