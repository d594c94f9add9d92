import { describe, expect, test } from 'vitest';
import {
  readShareText,
  readWatchlistText,
  shareText,
  tradingViewText,
  watchlistCsv,
} from '../../../../../src/lib/state/watchlist-text.ts';

const known = [
  { venue: 'coinbase', symbol: 'BTC-USD' },
  { venue: 'kraken', symbol: 'BTC-USD' },
  { venue: 'binance', symbol: 'ETHUSDT' },
  { venue: 'nasdaq', symbol: 'AAPL' },
];
const sections = [
  { title: '', keys: ['nasdaq:AAPL'] },
  { title: 'Crypto', keys: ['kraken:BTC-USD', 'binance:ETHUSDT'] },
];

describe('a list as text', () => {
  test('of TradingView finds instruments by its spelling, with its headings', async () => {
    const text = 'NASDAQ:AAPL,###Crypto,KRAKEN:BTCUSD,BINANCE:ETHUSDT,XETRA:SAP';
    expect(await readWatchlistText(text, known)).toEqual({
      sections: [
        { title: '', keys: ['nasdaq:AAPL'] },
        { title: 'Crypto', keys: ['kraken:BTC-USD', 'binance:ETHUSDT', 'XETRA:SAP'] },
      ],
      unknown: ['XETRA:SAP'],
    });
  });

  test('with a bare name a line finds the most active instrument of it, once', async () => {
    const read = await readWatchlistText('btc-usd\nAAPL\r\nBTCUSD\n', known);
    expect(read.sections).toEqual([{ title: '', keys: ['coinbase:BTC-USD', 'nasdaq:AAPL'] }]);
  });

  test('of CSV needs a column of symbols and takes venue and section where they are', async () => {
    const csv =
      'Name,Symbol,Exchange,Section\r\n"Apple, Inc.",AAPL,NASDAQ,Shares\r\nBitcoin,"BTC-USD",kraken,\r\n';
    expect((await readWatchlistText(csv, known)).sections).toEqual([
      { title: '', keys: ['kraken:BTC-USD'] },
      { title: 'Shares', keys: ['nasdaq:AAPL'] },
    ]);
  });

  test('comes back the same from CSV, from TradingView text and from a link', async () => {
    expect((await readWatchlistText(watchlistCsv(sections), known)).sections).toEqual(sections);
    expect((await readWatchlistText(tradingViewText(sections), known)).sections).toEqual(sections);
    expect(readShareText(shareText('My list', sections))).toEqual({ name: 'My list', sections });
  });

  test('comes back from CSV with signs in front, which spreadsheets see behind a quote', async () => {
    const signed = [{ title: '@home', keys: ['x:@ES', 'x:=cmd', 'x:-X', 'x:+A', "x:'Q"] }];
    expect((await readWatchlistText(watchlistCsv(signed), known)).sections).toEqual(signed);
  });

  test('is written as the others write it', () => {
    expect(tradingViewText(sections)).toBe('NASDAQ:AAPL,###Crypto,KRAKEN:BTCUSD,BINANCE:ETHUSDT');
    expect(watchlistCsv([{ title: 'A, "B"', keys: ['x:=cmd'] }])).toBe(
      `section,venue,symbol\r\n"A, ""B""",x,'=cmd\r\n`,
    );
  });

  test('keeps the points of symbols for TradingView, and its headings in one piece', async () => {
    const more = [
      { venue: 'nyse', symbol: 'BRK.B' },
      { venue: 'binance', symbol: 'BTCUSDT.P' },
      { venue: 'oanda', symbol: 'EUR/USD' },
    ];
    const list = [
      { title: 'Big; old', keys: ['nyse:BRK.B'] },
      { title: 'FX', keys: ['binance:BTCUSDT.P', 'oanda:EUR/USD'] },
    ];
    const text = tradingViewText(list);
    expect(text).toBe('###Big  old,NYSE:BRK.B,###FX,BINANCE:BTCUSDT.P,OANDA:EURUSD');
    expect((await readWatchlistText(text, more)).sections.map(({ keys }) => keys)).toEqual(
      list.map(({ keys }) => keys),
    );
  });

  test('of CSV may begin with the line that tells spreadsheets of its columns', async () => {
    const read = await readWatchlistText('\uFEFFsep=;\r\nsymbol;venue\r\nBTC-USD;kraken\r\n', known);
    expect(read).toEqual({ sections: [{ title: '', keys: ['kraken:BTC-USD'] }], unknown: [] });
  });

  test('of nothing holds nothing', async () => {
    expect((await readWatchlistText(' \n,,\n', known)).sections).toEqual([]);
    expect(readShareText('Only a name')).toBeNull();
    expect(readShareText('')).toBeNull();
  });
});
