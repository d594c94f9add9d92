import { describe, expect, it } from 'vitest';
import {
  canAdd,
  parseStudies,
  parseStudy,
  presetStudy,
  STUDY_KINDS,
  studiesText,
  studyLabel,
  withValues,
} from '../../../../../../src/lib/charts/indicators/study-choice.ts';

describe('a choice of studies', () => {
  it('is spelt in links as it is read from them', () => {
    const text = 'vwap,sma:20,sma:50,bb:20:2.5,rsi:14,macd:12:26:9';
    expect(studiesText(parseStudies(text))).toBe(text);
    for (const kind of STUDY_KINDS) expect(parseStudy(kind)).toEqual(presetStudy(kind));
    expect(parseStudies(text).map(studyLabel)).toEqual([
      'VWAP',
      'SMA 20',
      'SMA 50',
      'BB 20 2.5',
      'RSI 14',
      'MACD 12 26 9',
    ]);
  });

  it('takes nothing from a link that is no study, and brings numbers within their bounds', () => {
    expect(studiesText(parseStudies('<script>,sma:20:7,,SMA,ema:-5,rsi:1e9,bb:x:99'))).toBe(
      'sma:20,ema:2,rsi:500,bb:20:5',
    );
    expect(withValues('bb', [20.4, 2.3]).values).toEqual([20, 2.5]);
    expect(withValues('sma', [Number.NaN]).values).toEqual([20]);
  });

  it('has each once, and no more than there is room for', () => {
    expect(studiesText(parseStudies('sma:20,sma:20.2,vwap,vwap'))).toBe('sma:20,vwap');
    expect(parseStudies(Array.from({ length: 20 }, (_, at) => `sma:${at + 2}`).join())).toHaveLength(8);
    const panes = parseStudies('rsi:2,rsi:3,rsi:4,rsi:5');
    expect(panes).toHaveLength(3);
    expect(canAdd(panes, presetStudy('macd'))).toBe(false);
    expect(canAdd(panes, presetStudy('sma'))).toBe(true);
  });
});
