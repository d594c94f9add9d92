import { beforeEach, describe, expect, it } from 'vitest';
import { parseStudy, studiesText } from '../../../../../../src/lib/charts/indicators/study-choice.ts';
import { ChartChoices } from '../../../../../../src/lib/components/chart/chart-choices.svelte.ts';
import { exportName } from '../../../../../../src/lib/components/chart/save-file.ts';

class Storage {
  readonly values = new Map<string, string>();
  getItem(name: string): string | null {
    return this.values.get(name) ?? null;
  }
  setItem(name: string, value: string): void {
    this.values.set(name, value);
  }
}

describe('ChartChoices', () => {
  let storage: Storage;
  let choices: ChartChoices;
  beforeEach(() => {
    storage = new Storage();
    choices = new ChartChoices();
    choices.restore(storage);
  });

  function again(): ChartChoices {
    const next = new ChartChoices();
    next.restore(storage);
    return next;
  }

  it('are candles with the average price at first, of which a link says nothing', () => {
    expect([choices.type, choices.scale, studiesText(choices.studies)]).toEqual(['candle', 'linear', 'vwap']);
    expect(choices.query()).toEqual([]);
  });

  it('keep the price step of the depth ladder, and take no other than those offered', () => {
    choices.depthStep = 50;
    expect(again().depthStep).toBe(50);
    expect(choices.query()).toEqual([['depth', '50']]);
    choices.take(new URLSearchParams('depth=7'));
    expect(choices.depthStep).toBe(50);
    choices.take(new URLSearchParams('depth=10'));
    expect(choices.depthStep).toBe(10);
    choices.depthStep = 3;
    expect([choices.depthStep, again().depthStep, choices.query()]).toEqual([1, 1, []]);
  });

  it('come back as they were left, but for what was compared', () => {
    choices.type = 'heikin';
    choices.scale = 'log';
    choices.second = { key: 'sim:ES MINI', interval: '15m' };
    choices.addStudy(parseStudy('sma:50')!);
    choices.compare('sim:ETH-USD');
    const next = again();
    expect([next.type, next.scale, next.second]).toEqual(['heikin', 'log', choices.second]);
    expect(next.query()).toContainEqual(['second', 'sim:ES MINI@15m']);
    expect(studiesText(next.studies)).toBe('vwap,sma:50');
    expect(next.compared).toEqual([]);
    choices.removeStudy(parseStudy('sma:50')!);
    choices.removeStudy(parseStudy('vwap')!);
    expect(again().studies).toEqual([]);
  });

  it('are read as they were stored before studies had names', () => {
    storage.setItem('tickwire.chart', 'area vwap log');
    expect([again().type, again().scale, studiesText(again().studies)]).toEqual(['area', 'log', 'vwap']);
    storage.setItem('tickwire.chart', 'line');
    expect(again().studies).toEqual([]);
    storage.setItem('tickwire.chart', 'nonsense ind=sma:9');
    expect(again().query()).toEqual([]);
  });

  it('go into a link and come out of it the same', () => {
    choices.type = 'area';
    choices.scale = 'percent';
    choices.addStudy(parseStudy('rsi')!);
    choices.compare('sim:ETH-USD');
    choices.compare('sim:AAPL');
    const other = new ChartChoices();
    other.take(new URLSearchParams(choices.query()));
    expect(other.query()).toEqual(choices.query());
    other.take(new URLSearchParams('type=bogus&scale=bogus'));
    expect([other.type, other.scale, other.compared]).toEqual(['area', 'percent', []]);
  });

  it('say in a whole link also what is as at first, for those who chose otherwise', () => {
    const other = new ChartChoices();
    const theirs = new Storage();
    theirs.setItem('tickwire.chart', 'line log depth=50 ind=sma:9 second=@5m');
    other.restore(theirs);
    other.take(new URLSearchParams(choices.query(true)));
    expect(other.query()).toEqual([]);
    choices.removeStudy(parseStudy('vwap')!);
    other.take(new URLSearchParams(choices.query(true)));
    expect(other.studies).toEqual([]);
  });

  it('compare five symbols at most, each once', () => {
    const added = ['a', 'b', 'a', 'c', 'd', 'e', 'f'].map((key) => choices.compare(key));
    expect(added).toEqual([true, true, false, true, true, true, false]);
    choices.take(new URLSearchParams('cmp=a,b,c,,d,e,f,a'));
    expect(choices.compared).toEqual(['a', 'b', 'c', 'd', 'e']);
    choices.stopComparing('c');
    expect(choices.compared).toEqual(['a', 'b', 'd', 'e']);
  });

  it('change a study in its place, and let go of one that becomes another that is there', () => {
    choices.addStudy(parseStudy('sma:20')!);
    choices.addStudy(parseStudy('sma:50')!);
    choices.changeStudy(parseStudy('sma:20')!, parseStudy('sma:30')!);
    expect(studiesText(choices.studies)).toBe('vwap,sma:30,sma:50');
    choices.changeStudy(parseStudy('sma:30')!, parseStudy('sma:50')!);
    expect(studiesText(choices.studies)).toBe('vwap,sma:50');
    expect(choices.overlays).toHaveLength(2);
  });
});

it('a file is named after what is in it and when it was taken', () => {
  expect(exportName('BTC-USD', '1m', Date.UTC(2026, 10, 12, 14, 32) * 1000, 'csv')).toBe(
    'BTC-USD-1m-2026-11-12T14-32Z.csv',
  );
  expect(exportName('BTC-USD', '1m', 0, 'png')).toBe('BTC-USD-1m.png');
});
