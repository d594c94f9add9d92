import { describe, expect, it } from 'vitest';
import { TradeLedger } from '../../../../../server/feeds/venue/trade-ledger.ts';

/** Takes each id and says what it was found to be. */
function verdicts(ledger: TradeLedger, ids: readonly (number | string)[]): string[] {
  return ids.map((id) => {
    const verdict = ledger.verdict('A', String(id));
    if (verdict !== 'duplicate') ledger.take('A', String(id));
    return verdict;
  });
}

describe('contiguous ids', () => {
  it('tell new, repeated, missing and late ones apart', () => {
    const ledger = new TradeLedger('contiguous');
    expect(verdicts(ledger, [7, 8, 8, 12, 10, 10, 9, 11, 13, 9])).toEqual([
      'new',
      'new',
      'duplicate',
      'hole',
      'late',
      'duplicate',
      'late',
      'late',
      'new',
      'duplicate',
    ]);
  });

  it('name both ends of a hole', () => {
    const ledger = new TradeLedger('contiguous');
    ledger.take('A', '7');
    expect(ledger.hole('A', '12')).toEqual({ fromId: 8, toId: 11 });
    expect(ledger.hole('A', '8')).toBeNull();
    expect(ledger.hole('B', '8')).toBeNull();
  });

  it('are taken once in any order', () => {
    const ledger = new TradeLedger('contiguous');
    const ids = Array.from({ length: 200 }, (_, at) => ((at * 71) % 200) + 1);
    const first = verdicts(ledger, ids).filter((verdict) => verdict === 'duplicate');
    // Runs beyond what is kept are given up for repetitions: never the other way round.
    expect(first.length).toBeLessThan(ids.length);
    expect(verdicts(ledger, ids).every((verdict) => verdict === 'duplicate')).toBe(true);
  });
});

describe('ids that only grow, or only tell apart', () => {
  it('keep a late one and leave out a repeated one', () => {
    const ledger = new TradeLedger('increasing');
    expect(verdicts(ledger, ['90', '100', '95', '95', '1000', '99'])).toEqual([
      'new',
      'new',
      'late',
      'duplicate',
      'new',
      'late',
    ]);
  });

  it('compare beyond 2^53 digit by digit', () => {
    const ledger = new TradeLedger('increasing');
    expect(verdicts(ledger, ['9007199254740993', '9007199254740992', '9007199254740993'])).toEqual([
      'new',
      'late',
      'duplicate',
    ]);
  });

  it('recognise a UUID among the last thousand', () => {
    const ledger = new TradeLedger('opaque');
    expect(verdicts(ledger, ['b', 'a', 'b', ''])).toEqual(['new', 'new', 'duplicate', 'new']);
    for (let at = 0; at < 2_000; at += 1) ledger.take('A', `x${at}`);
    expect(ledger.verdict('A', 'x1999')).toBe('duplicate');
    expect(ledger.verdict('A', 'x0')).toBe('new');
  });

  it('leave out repeated ones beyond 2^53 also where ids follow one another', () => {
    const ledger = new TradeLedger('contiguous');
    expect(verdicts(ledger, ['7', '9007199254740993', '9007199254740993', '8'])).toEqual([
      'new',
      'new',
      'duplicate',
      'new',
    ]);
  });
});
