import { describe, expect, it } from 'vitest';
import { GapMarks, type SymbolGap } from '../../../../../server/feeds/venue/gap-marks.ts';

function marks(counts: boolean): { marks: GapMarks; told: SymbolGap[] } {
  const told: SymbolGap[] = [];
  return {
    told,
    marks: new GapMarks(
      (gap) => told.push(gap),
      () => counts,
    ),
  };
}

const gap = (fromTimeUs: number, toTimeUs: number, reason: string, missing?: number): object => ({
  symbol: 'AAA',
  fromTimeUs,
  toTimeUs,
  reason,
  ...(missing === undefined ? {} : { missing }),
});

describe('the gaps of a symbol', () => {
  it('of a lost connection are told when it is live again, where ids of trades tell nothing', () => {
    const { marks: log, told } = marks(false);
    log.begin('AAA', 100, 'cut');
    log.begin('AAA', 150, 'silence');
    log.end('AAA', 400);
    log.end('AAA', 500);
    expect(told).toEqual([gap(100, 400, 'cut')]);
  });

  it('are none when the next trade follows the one before the cut', () => {
    const { marks: log, told } = marks(true);
    log.begin('AAA', 100, 'cut');
    log.end('AAA', 400);
    log.followed('AAA');
    log.followed('AAA');
    expect(told).toEqual([]);
  });

  it('have the ends of the cut and the number of trades, when those never came', () => {
    const { marks: log, told } = marks(true);
    log.begin('AAA', 100, 'silence');
    log.end('AAA', 400);
    log.missing('AAA', 60, 900, 3);
    expect(told).toEqual([gap(100, 400, 'silence', 3)]);
  });

  it('of two cuts with no trade between are one, from the first to the second', () => {
    const { marks: log, told } = marks(true);
    for (const [fromUs, toUs] of [
      [100, 400],
      [600, 700],
    ] as const) {
      log.begin('AAA', fromUs, 'cut');
      log.end('AAA', toUs);
    }
    log.missing('AAA', 60, 900, 3);
    expect(told).toEqual([gap(100, 700, 'cut', 3)]);
  });

  it('without a cut reach from trade to trade', () => {
    const { marks: log, told } = marks(true);
    log.missing('AAA', 60, 90, 2);
    expect(told).toEqual([gap(60, 90, 'sequence', 2)]);
  });

  it('of a book are told whatever the trades say', () => {
    const { marks: log, told } = marks(true);
    log.begin('AAA', 100, 'checksum');
    log.followed('AAA');
    log.missing('AAA', 110, 120, 1);
    log.end('AAA', 300);
    expect(told).toEqual([gap(110, 120, 'sequence', 1), gap(100, 300, 'checksum')]);
  });

  it('are forgotten with the symbol', () => {
    const { marks: log, told } = marks(true);
    log.begin('AAA', 100, 'cut');
    log.forget(['AAA']);
    log.end('AAA', 200);
    log.begin('AAA', 300, 'cut');
    log.end('AAA', 400);
    log.forget(['AAA']);
    log.missing('AAA', 500, 600, 1);
    expect(told).toEqual([gap(500, 600, 'sequence', 1)]);
  });
});
