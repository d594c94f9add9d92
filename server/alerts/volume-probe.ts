import {
  decimalText,
  invariant,
  isShareAtLeast,
  parseDecimal,
  secondsWords,
  type AlertCondition,
  type AlertPhase,
  type BarEvent,
  type Decimal,
  type MarketEvent,
  type TradeEvent,
} from '#protocol';
import { isLateTrade } from '../engine/late-trade.ts';
import type { Look } from './arming.ts';
import { isBackBy, lessBy } from './threshold.ts';
import type { Probe, ProbeParts } from './probe.ts';
import { VolumeWindow } from './volume-window.ts';

/** Volume a second lately against that of the time before. Says nothing until it has watched for both. */
export class VolumeProbe implements Probe {
  readonly ticks = true;
  readonly side = 0;
  readonly #condition: AlertCondition & { kind: 'volume' };
  readonly #times: Decimal;
  readonly #backTimes: Decimal | null;
  readonly #window: VolumeWindow;
  /** Time of the newest trade. */
  #newestUs = Number.NaN;
  /** The newest that came. */
  #bar = { interval: 0, startUs: 0, lots: 0 };

  constructor(condition: AlertCondition & { kind: 'volume' }, { rearmBy, nowUs }: ProbeParts) {
    const times = parseDecimal(condition.times);
    invariant(times !== null, 'factors were read when the rule was made');
    this.#condition = condition;
    this.#times = times;
    this.#backTimes = lessBy(times, rearmBy);
    this.#window = new VolumeWindow(condition.recentS, condition.baseS, nowUs);
  }

  onEvent(event: MarketEvent, nowUs: number): boolean {
    const lots = event.type === 'trade' ? this.#traded(event) : event.type === 'bar' ? this.#grown(event) : 0;
    if (lots === 0) return false;
    this.#window.add(lots, nowUs);
    return true;
  }

  /** Size of a trade; of one that lies before the recent time of the newest, nothing: it is history. */
  #traded(event: TradeEvent): number {
    const { size, venueTimeUs } = event;
    const newestUs = this.#newestUs;
    const isLate = isLateTrade(event, newestUs);
    if (!isLate) this.#newestUs = venueTimeUs;
    return isLate && newestUs - venueTimeUs > this.#condition.recentS * 1e6 ? 0 : size;
  }

  /** Volume of a bar; of one that comes again, what it grew by. An older one is history. */
  #grown({ intervalSeconds, startTimeUs, volume }: BarEvent): number {
    const { interval, startUs, lots } = this.#bar;
    const isSame = interval === intervalSeconds;
    if (isSame && startTimeUs < startUs) return 0;
    this.#bar = { interval: intervalSeconds, startUs: startTimeUs, lots: volume };
    return isSame && startTimeUs === startUs ? Math.max(0, volume - lots) : volume;
  }

  look(phase: AlertPhase, nowUs: number): Look {
    this.#window.advance(nowUs);
    if (!this.#window.isFull(nowUs)) return 'unknown';
    if (this.#reaches(this.#times)) return 'met';
    return isBackBy(phase, this.#backTimes, (times) => this.#reaches(times)) ? 'back' : 'between';
  }

  value(): string {
    const { recent, base, recentS, baseS } = this.#window;
    return base === 0 ? '' : decimalText(Math.round((recent * baseS * 100) / (base * recentS)), 2);
  }

  sentence(): string {
    const { recentS, baseS } = this.#condition;
    return `volume of ${secondsWords(recentS)} is ${this.value()}x that of the ${secondsWords(baseS)} before`;
  }

  /** Without any trade before there is nothing to be a multiple of. */
  #reaches(times: Decimal): boolean {
    const { recent, base, recentS, baseS } = this.#window;
    return base > 0 && isShareAtLeast(recent * baseS, base * recentS, times, 1);
  }
}
