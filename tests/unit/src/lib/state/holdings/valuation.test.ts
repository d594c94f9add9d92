import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { DictionaryEntry } from '#protocol';
import {
  exactText,
  over,
  plus,
  readExact,
  rounded,
  times,
} from '../../../../../../src/lib/state/holdings/exact.ts';
import { currenciesOf, Valuation } from '../../../../../../src/lib/state/holdings/valuation.ts';
import { instrument as anyInstrument } from '../../components/test-instruments.ts';

const exact = (text: string) => readExact(text)!;
const cents = { units: 1, decimals: 2 };

function instrument(id: number, symbol: string, currency: string, more: Partial<DictionaryEntry> = {}) {
  return {
    ...anyInstrument(id, symbol, { venue: 'x', assetClass: 'equity' }),
    currency,
    tick: cents,
    ...more,
  };
}

const pips = { units: 1, decimals: 4 };
const entries = [
  instrument(0, 'AAPL', 'USD'),
  instrument(1, 'SAP', 'EUR'),
  instrument(2, 'SONY', 'JPY'),
  instrument(3, 'EUR/USD', 'USD', { assetClass: 'fx', tick: pips }),
  instrument(4, 'BTC-USD', 'USD', { assetClass: 'crypto' }),
];
/** Ticks: 227.41, 100.00, 3000.00, 1.2500, 64,000.00. */
const last = Float64Array.of(22_741, 10_000, 300_000, 12_500, 6_400_000);

describe('exact decimals', () => {
  it('add and multiply as on paper', () => {
    expect(exactText(plus(exact('0.1'), exact('0.2')))).toBe('0.3');
    expect(exactText(times(exact('0.00000001'), exact('99999999999999999999')))).toBe(
      '999999999999.99999999',
    );
    expect(exactText(exact('-007.500'))).toBe('-7.5');
    for (const text of ['', '.', '1e5', '1.2.3', 'abc', '--1']) expect(readExact(text)).toBeNull();
  });

  it('divide to twelve decimals and round half away from zero', () => {
    expect(exactText(over(exact('1'), exact('3'))!)).toBe('0.333333333333');
    expect(exactText(over(exact('-2'), exact('3'))!)).toBe('-0.666666666667');
    expect(over(exact('1'), exact('0'))).toBeNull();
    expect(exactText(rounded(exact('-1.005'), 2))).toBe('-1.01');
    expect(exactText(rounded(exact('5'), 2))).toBe('5.00');
  });

  it('sum to the same in whatever order', () => {
    const decimal = fc.tuple(fc.maxSafeInteger(), fc.nat({ max: 12 }));
    fc.assert(
      fc.property(fc.array(decimal, { maxLength: 20 }), (numbers) => {
        const values = numbers.map(([mantissa, decimals]) => ({ mantissa: BigInt(mantissa), decimals }));
        const sum = (list: typeof values) => list.reduce(plus, { mantissa: 0n, decimals: 0 });
        expect(exactText(rounded(sum(values), 12))).toBe(exactText(rounded(sum(values.toReversed()), 12)));
      }),
    );
  });
});

describe('the value of holdings', () => {
  it('is exact in the instrument’s own currency, also of what was sold short', () => {
    const worth = new Valuation(entries, 'USD');
    const long = worth.of({ key: 'x:AAPL', quantity: '0.1', cost: '200.10' }, last);
    expect([exactText(long.value!), exactText(long.profit!)]).toEqual(['22.741', '2.731']);
    const short = worth.of({ key: 'x:BTC-USD', quantity: '-2', cost: '65000' }, last);
    expect([exactText(short.value!), exactText(short.profit!)]).toEqual(['-128000', '2000']);
  });

  it('is converted by a pair as it is, or by its inverse', () => {
    const toUsd = new Valuation(entries, 'USD').of({ key: 'x:SAP', quantity: '10', cost: '90' }, last);
    expect(toUsd.conversion).toMatchObject({ way: 'pairs', steps: [{ way: 'direct' }] });
    expect(exactText(toUsd.converted!.value)).toBe('1250');
    const toEur = new Valuation(entries, 'EUR').of({ key: 'x:AAPL', quantity: '10', cost: '200' }, last);
    expect(toEur.conversion).toMatchObject({ way: 'pairs', steps: [{ way: 'inverse' }] });
    expect(exactText(toEur.converted!.value)).toBe('1819.28');
    const toBtc = new Valuation(entries, 'BTC').of({ key: 'x:AAPL', quantity: '10', cost: '200' }, last);
    expect(exactText(toBtc.converted!.value)).toBe('0.0355328125');
    const same = new Valuation(entries, 'USD').of({ key: 'x:AAPL', quantity: '10', cost: '200' }, last);
    expect(same.conversion.way).toBe('same');
  });

  it('is converted by the venue that has a price, as soon as one has', () => {
    const two = [...entries, instrument(5, 'EUR/USD', 'USD', { assetClass: 'fx', venue: 'y', tick: pips })];
    const worth = new Valuation(two, 'USD');
    const held = { key: 'x:SAP', quantity: '10', cost: '90' };
    const quiet = Float64Array.of(22_741, 10_000, 300_000, Number.NaN, 6_400_000, Number.NaN);
    expect(worth.of(held, quiet).converted).toBeNull();
    expect(worth.total([held], quiet)).toMatchObject({ withoutPrice: 1, missingPairs: [] });
    expect(exactText(worth.of(held, quiet.with(5, 12_000)).converted!.value)).toBe('1200');
  });

  it('is converted through a third currency where no feed has the pair', () => {
    const more = [
      ...entries,
      instrument(5, 'GBP/JPY', 'JPY', { assetClass: 'fx' }),
      instrument(6, 'EUR/GBP', 'GBP', { assetClass: 'fx', tick: pips }),
    ];
    const prices = Float64Array.of(22_741, 10_000, 300_000, 12_500, 6_400_000, 20_000, 8_000);
    const sony = { key: 'x:SONY', quantity: '100', cost: '0' };
    // 300,000 yen at 200 a pound are 1,500 pounds, at 0.8 a euro 1,875 euros, at 1.25 dollars.
    expect(exactText(new Valuation(more, 'EUR').of(sony, prices).converted!.value)).toBe('1875');
    expect(exactText(new Valuation(more, 'USD').of(sony, prices).converted!.value)).toBe('2343.75');
  });

  it('says what is not in the total: no pair, no price, no feed', () => {
    const worth = new Valuation(entries, 'USD');
    const none = last.with(0, Number.NaN);
    const rows = [
      { key: 'x:SAP', quantity: '10', cost: '90' },
      { key: 'x:SONY', quantity: '1', cost: '1' },
      { key: 'x:AAPL', quantity: '1', cost: '1' },
      { key: 'x:GONE', quantity: '1', cost: '1' },
    ];
    const total = worth.total(rows, none);
    expect(exactText(total.value)).toBe('1250');
    expect(exactText(total.profit)).toBe('125');
    expect([total.withoutPrice, total.missingPairs]).toEqual([2, ['JPY and USD']]);
  });

  it('can be told in all currencies that are quoted', () => {
    expect(currenciesOf(entries)).toEqual(['EUR', 'JPY', 'USD']);
  });
});

describe('prices in hundredths of a currency', () => {
  const london = [
    instrument(0, 'VOD', 'GBp'),
    instrument(1, 'GBP/USD', 'USD', { assetClass: 'fx', tick: pips }),
    instrument(2, 'BARC', 'GBX'),
    instrument(3, 'AZN', 'GBP'),
    instrument(4, 'DUST', 'GBX', { assetClass: 'crypto' }),
  ];
  /** 74.00 pence, 1.2500 dollars a pound, 240.00 pence, 100.00 pounds. */
  const prices = Float64Array.of(7_400, 12_500, 24_000, 10_000, 100);
  const of = (symbol: string, currency: string) =>
    new Valuation(london, currency).of({ key: `x:${symbol}`, quantity: '1000', cost: '70' }, prices);

  it('stay what the exchange writes, and are pounds in a total of pounds', () => {
    const own = of('VOD', 'GBP');
    expect([exactText(own.value!), exactText(own.profit!)]).toEqual(['74000', '4000']);
    expect([exactText(own.converted!.value), exactText(own.converted!.cost)]).toEqual(['740', '700']);
    expect(exactText(of('AZN', 'GBP').converted!.value)).toBe('100000');
  });

  it('are converted by the pair of the whole currency, under each of their codes', () => {
    expect(exactText(of('VOD', 'USD').converted!.value)).toBe('925');
    expect(exactText(of('BARC', 'USD').converted!.value)).toBe('3000');
    expect(of('VOD', 'JPY').conversion.way).toBe('missing');
    const rows = [{ key: 'x:VOD', quantity: '1', cost: '1' }];
    expect(new Valuation(london, 'JPY').total(rows, prices).missingPairs).toEqual(['GBP and JPY']);
  });

  it('are no currency that totals could be in, and coins of the same name are whole', () => {
    expect(currenciesOf(london.slice(0, 4))).toEqual(['GBP', 'USD']);
    expect(of('DUST', 'GBP').conversion.way).toBe('missing');
  });
});
