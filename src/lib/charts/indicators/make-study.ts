import type { BarStudy } from './bar-study.ts';
import { Bollinger } from './bollinger.ts';
import { Ema } from './ema.ts';
import { Macd } from './macd.ts';
import { Rsi } from './rsi.ts';
import { Sma } from './sma.ts';
import type { StudyChoice } from './study-choice.ts';
import { Vwap } from './vwap.ts';

export function makeStudy({ kind, values }: StudyChoice): BarStudy {
  switch (kind) {
    case 'vwap':
      return new Vwap();
    case 'sma':
      return new Sma(values[0]);
    case 'ema':
      return new Ema(values[0]);
    case 'bb':
      return new Bollinger(values[0], values[1]);
    case 'rsi':
      return new Rsi(values[0]);
    case 'macd':
      return new Macd(values[0], values[1], values[2]);
  }
}
