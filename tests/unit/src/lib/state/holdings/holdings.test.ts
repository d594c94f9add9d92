import { beforeEach, describe, expect, it } from 'vitest';
import { holdingsCsv, readHoldingsCsv } from '../../../../../../src/lib/state/holdings/holdings-file.ts';
import {
  Holdings,
  HOLDINGS_MAX,
  readDecimal,
  type Holding,
} from '../../../../../../src/lib/state/holdings/holdings.svelte.ts';
import type { SettingStorage } from '../../../../../../src/lib/state/settings.svelte.ts';
import { memoryStorage } from '../memory-storage.ts';

const KNOWN = [
  { venue: 'coinbase', symbol: 'BTC-USD' },
  { venue: 'x', symbol: 'AAPL' },
];

let storage: SettingStorage;
let holdings: Holdings;

beforeEach(() => {
  storage = memoryStorage();
  holdings = new Holdings();
  holdings.restore(storage);
});

describe('holdings', () => {
  it('come back as they were left, with all digits, and keep what others store beside them', () => {
    storage.setItem('tickwire.holdings', '{"isShown":true}');
    holdings.restore(storage);
    holdings.add('x:AAPL', '227.41');
    holdings.change('x:AAPL', 'quantity', '1234567890.000000012345');
    holdings.currency = 'EUR';
    const next = new Holdings();
    next.restore(storage);
    expect(next.rows).toEqual([{ key: 'x:AAPL', quantity: '1234567890.000000012345', cost: '227.41' }]);
    expect(next.currency).toBe('EUR');
    expect(JSON.parse(storage.getItem('tickwire.holdings')!)).toMatchObject({ isShown: true });
  });

  it('say when the browser does not keep them, and when it does again', () => {
    const full = { isFull: true };
    holdings.restore({
      getItem: (key) => storage.getItem(key),
      setItem(key, value) {
        if (full.isFull) throw new DOMException('full', 'QuotaExceededError');
        storage.setItem(key, value);
      },
    });
    expect(holdings.isKept).toBe(true);
    holdings.add('x:AAPL', '1');
    expect([holdings.isKept, holdings.rows.length]).toEqual([false, 1]);
    full.isFull = false;
    holdings.change('x:AAPL', 'quantity', '2');
    expect(holdings.isKept).toBe(true);
  });

  it('refuse what is no decimal number, a cost below zero, and a symbol twice', () => {
    holdings.add('x:AAPL', '');
    expect(holdings.change('x:AAPL', 'quantity', 'ten')).toBe(false);
    expect(holdings.change('x:AAPL', 'cost', '-1')).toBe(false);
    expect(holdings.change('x:AAPL', 'quantity', '-5')).toBe(true);
    expect(holdings.rows).toEqual([{ key: 'x:AAPL', quantity: '-5', cost: '0' }]);
    expect(holdings.add('x:AAPL', '1')).toMatch(/already/);
  });

  it('are bounded, and what a storage holds in shreds is left out', () => {
    for (let at = 0; at < HOLDINGS_MAX; at += 1) holdings.add(`x:S${at}`, '1');
    expect(holdings.add('x:MORE', '1')).toMatch(/500 holdings/);
    storage.setItem(
      'tickwire.holdings',
      '{"rows":[{"key":"a","quantity":"1","cost":"x"},{"key":4},7],"currency":9}',
    );
    holdings.restore(storage);
    expect([holdings.rows, holdings.currency]).toEqual([[], 'USD']);
  });
});

describe('a file of holdings', () => {
  it('brings back what it was made from', async () => {
    const rows = [
      { key: 'coinbase:BTC-USD', quantity: '-0.5', cost: '64000.25' },
      { key: 'x:A,B', quantity: '1', cost: '0' },
    ];
    expect(await readHoldingsCsv(holdingsCsv(rows), KNOWN)).toEqual(rows);
  });

  it('takes other people’s spellings and columns', async () => {
    expect(await readHoldingsCsv('Symbol;Qty;Price\nCOINBASE:BTCUSD;1;2\naapl;3;4', KNOWN)).toEqual([
      { key: 'coinbase:BTC-USD', quantity: '1', cost: '2' },
      { key: 'x:AAPL', quantity: '3', cost: '4' },
    ]);
  });

  it('may begin with the line that tells spreadsheets of its columns', async () => {
    expect(await readHoldingsCsv('sep=;\r\nsymbol;qty;cost\r\nAAPL;1;2,5', KNOWN)).toEqual([
      { key: 'x:AAPL', quantity: '1', cost: '2.5' },
    ]);
  });

  it('reads a number of three decimals as the others of the file are written', async () => {
    const numbers = async (text: string) =>
      ((await readHoldingsCsv(text, [])) as readonly Holding[]).map(({ quantity, cost }) => [quantity, cost]);
    // The columns of a German spreadsheet, and numbers that have points before decimals.
    expect(await numbers('symbol;qty;cost\nA;1.125;2.25\nB;10;1.500')).toEqual([
      ['1.125', '2.25'],
      ['10', '1.5'],
    ]);
    expect(await numbers('symbol;qty;cost\nA;1.125;2,25\nB;10;1.500')).toEqual([
      ['1125', '2.25'],
      ['10', '1500'],
    ]);
    expect(await numbers('symbol,qty,cost\nA,"56.912,0","1,125"\nB,"0,5",3')).toEqual([
      ['56912', '1.125'],
      ['0.5', '3'],
    ]);
  });

  it('reads decimals as its columns say that they are written', async () => {
    expect(await readHoldingsCsv('symbol;qty;cost\nAAPL;0,5;1.234,50', KNOWN)).toEqual([
      { key: 'x:AAPL', quantity: '0.5', cost: '1234.5' },
    ]);
    expect(await readHoldingsCsv('symbol,qty,cost\nAAPL,"1,000","1,234.50"', KNOWN)).toEqual([
      { key: 'x:AAPL', quantity: '1000', cost: '1234.5' },
    ]);
  });

  it.each([
    [
      'a comma before decimals among points',
      'symbol,qty,cost\nAAPL,"0,5",2.25',
      /Line 2: the quantity “0,5”/,
    ],
    ['no head', 'AAPL,1,2', /needs a head/],
    [
      'a quantity that is no number',
      'symbol,quantity,cost\nAAPL,1,2\nBTC-USD,abc,2',
      /Line 3: the quantity “abc”/,
    ],
    ['a cost below zero', 'symbol,quantity,cost\nAAPL,1,-2', /Line 2: the cost “-2”/],
    ['a symbol twice', 'symbol,quantity,cost\nAAPL,1,2\nx:AAPL,1,2', /twice/],
    ['no lines', 'symbol,quantity,cost\n', /no holdings/],
    ['too much', 'x'.repeat(600_000), /too large/],
  ])('with %s is refused in one sentence', async (_, text, sentence) => {
    expect(await readHoldingsCsv(text, KNOWN)).toEqual(expect.stringMatching(sentence));
  });
});

describe('a decimal', () => {
  it('loses useless zeros, and nothing else', () => {
    expect(['1000.50', '12', '0.10', 'x', '1.2.3', '0,5'].map(readDecimal)).toEqual([
      '1000.5',
      '12',
      '0.1',
      null,
      null,
      null,
    ]);
  });
});
