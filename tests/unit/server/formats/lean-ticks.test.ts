import { describe, expect, it } from 'vitest';
import { stepsToText } from '#protocol';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';
import { zipOf } from './zip-writer.ts';

const files = new RecordingFiles();
const IBM = '20131008_ibm_Trade_Tick.csv';
const IBM_QUOTES = '20131008_ibm_Quote_Tick.csv';

async function open(members: Record<string, string>, name = 'lean.zip') {
  const parts = Object.entries(members).map(([member, content]) => ({ name: member, content }));
  const { recording, report } = await openRecording([files.write(name, zipOf(parts))]);
  return { events: playAll(recording), instruments: recording.instruments, report };
}
const refusal = (member: string, content: string) =>
  files.refusal(zipOf([{ name: member, content }]), 'lean.zip');

describe('ticks of QuantConnect Lean', () => {
  it('of shares are in New York’s time and in ten-thousandths', async () => {
    const { events, instruments, report } = await open({
      [IBM]: '31669457,1821000,300,P,2000,0\n34200000,1820650,100,K,2000,1\n',
    });
    expect(events).toMatchObject([
      { type: 'trade', price: 182_100, size: 300, aggressor: 0, tradeId: '' },
      { type: 'trade', price: 182_065, size: 100 },
    ]);
    expect(events.map(({ venueTimeUs }) => new Date(venueTimeUs / 1000).toISOString())).toEqual([
      '2013-10-08T12:47:49.457Z',
      '2013-10-08T13:30:00.000Z',
    ]);
    expect(instruments).toMatchObject([
      { venue: 'usa', symbol: 'IBM', assetClass: 'equity', currency: 'USD', tick: { units: 1, decimals: 3 } },
    ]);
    expect(stepsToText(182_065, instruments[0]!.tick)).toBe('182.065');
    expect(report.files).toMatchObject([
      { format: 'lean-trade-ticks', rows: 2, anomalies: { suspicious: 1 } },
    ]);
  });

  it('may have fractions of a millisecond, cut at the microsecond', async () => {
    const { events } = await open({
      [IBM]: '31669457.0626,1821000,300,P,2000,0\n31669457.5,1821000,1,P,,0\n',
    });
    expect(events.map(({ venueTimeUs }) => venueTimeUs % 1_000_000)).toEqual([457_062, 457_500]);
  });

  it('without a size are counted and not played', async () => {
    const { events, report } = await open({
      '20131008_gc_tick_trade_201312.csv': '14463482,1326.5,1,usa,,0\n14463482,1326.5,0,usa,,0\n',
    });
    expect(events).toMatchObject([{ type: 'trade', price: 13_265, size: 1 }]);
    expect(report).toMatchObject({
      rows: 2,
      events: { trade: 1 },
      anomalies: { zero_qty: 1, same_exchange_ms: 1 },
    });
  });

  it('of one side say nothing about the other', async () => {
    const { events, report } = await open({
      [IBM_QUOTES]:
        '14400640,1800100,200,0,0,P,1,0\n14400641,0,0,1826200,100,P,1,0\n14400642,0,500,1826300,0,P,1,0\n',
    });
    const none = Number.NaN;
    expect(events).toMatchObject([
      { type: 'quote', bid: 18_001, bidSize: 200, ask: none, askSize: none },
      { bid: none, bidSize: none, ask: 18_262, askSize: 100 },
      { bid: none, bidSize: none, ask: 18_263, askSize: 0 },
    ]);
    expect(report.anomalies).toMatchObject({ one_sided: 3, crossed: 0, locked: 0 });
  });

  it('of currencies have no sizes, and are in UTC or in the broker’s zone', async () => {
    const rows = {
      '20140508_eurusd_tick_quote.csv':
        '17007,1.39147,1.39148\n17264,1.39149,1.39148\n17300,1.39148,1.39148\n',
    };
    const { events, report, instruments } = await open(rows, 'oanda_x.zip');
    expect(events[0]).toMatchObject({ type: 'quote', bid: 139_147, ask: 139_148, bidSize: Number.NaN });
    expect(new Date(events[0]!.venueTimeUs / 1000).toISOString()).toBe('2014-05-08T00:00:17.007Z');
    expect(report.anomalies).toMatchObject({ crossed: 1, locked: 1 });
    expect(instruments).toMatchObject([
      { venue: 'oanda', symbol: 'EURUSD', assetClass: 'fx', currency: 'USD' },
    ]);
    const fxcm = await open(rows, 'fxcm_x.zip');
    expect(new Date(fxcm.events[0]!.venueTimeUs / 1000).toISOString()).toBe('2014-05-08T05:00:17.007Z');
  });

  it('of coins are not scaled', async () => {
    const { events } = await open({
      '20221213_btcusdt_tick_trade.csv': '1,17208.93,0.012,0\n',
      '20221213_btcusdt_tick_quote.csv': '2,17208.5,1,17209,2.5,0\n',
    });
    expect(events).toMatchObject([
      { type: 'trade', price: 1_720_893, size: 12 },
      { type: 'quote', bid: 1_720_850, bidSize: 1000, ask: 1_720_900, askSize: 2500 },
    ]);
  });

  it('of several contracts in one archive become instruments of their own, in one order', async () => {
    const { events, instruments, report } = await open({
      '20131008_gc_tick_trade_201310.csv': '1,1326.5,1,usa,,0\n5,1326.5,2,usa,,0\n',
      '20131008_gc_tick_trade_201312.csv': '2,1327.1,3,usa,,0\n',
    });
    expect(instruments.map(({ symbol }) => symbol)).toEqual(['GC-201310', 'GC-201312']);
    expect(events.map((event) => event.type === 'trade' && event.size)).toEqual([1, 3, 2]);
    expect(report.files.map(({ member, rows }) => [member, rows])).toEqual([
      ['20131008_gc_tick_trade_201310.csv', 2],
      ['20131008_gc_tick_trade_201312.csv', 1],
    ]);
  });

  it('open without an archive, too', async () => {
    const path = files.write(IBM, '31669457,1821000,300,P,2000,0\n');
    expect((await openRecording([path])).report.files).toMatchObject([
      { format: 'lean-trade-ticks', member: null },
    ]);
  });

  it.each([
    [
      'a time that is none',
      IBM,
      '31669457,1821000,300,P,2000,0\n86400000,1821000,300,P,2000,0\n',
      `lean.zip (${IBM}), row 2, column time: found "86400000", expected milliseconds since midnight, from 0 to below 86400000.`,
    ],
    [
      'a price that is none',
      IBM,
      '31669457,x,300,P,2000,0\n',
      `lean.zip (${IBM}), row 1, column price: found "x", expected a decimal number of at most 15 digits.`,
    ],
    [
      'a size below 0',
      IBM_QUOTES,
      '1,1800100,-2,0,0,P,1,0\n',
      `lean.zip (${IBM_QUOTES}), row 1, column bid size: found "-2", expected a size of 0 or more.`,
    ],
    [
      'a flag that is none',
      IBM,
      '31669457,1821000,300,P,2000,7\n',
      `lean.zip (${IBM}), row 1, column suspicious: found "7", expected 0 or 1.`,
    ],
    [
      'columns of nothing known',
      IBM,
      '31669457,1821000\n',
      `lean.zip (${IBM}), row 1: found 2 cells, expected 3 or 4 or 6 of QuantConnect Lean's trade ticks.`,
    ],
    [
      'open interest',
      '20131008_gc_tick_openinterest_201312.csv',
      '1,100\n',
      'lean.zip (20131008_gc_tick_openinterest_201312.csv) is open interest of QuantConnect Lean: expected its trades or quotes.',
    ],
  ])('with %s are refused in a sentence', async (_, member, content, sentence) => {
    expect(await refusal(member, content)).toBe(sentence);
  });
});
