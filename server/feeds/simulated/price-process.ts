import type { Activity } from './activity.ts';
import { type InstrumentModel, SECTORS } from './instrument-model.ts';
import type { Sfc32 } from './random.ts';

const DAY_US = 86_400_000_000;
/** Grid on which the market and the sectors move, us. */
export const FACTOR_STEP_US = 50_000;
const STEP_DEVIATION = Math.sqrt(FACTOR_STEP_US / DAY_US);
/** Pull back to the anchor, per microsecond: half of a deviation is gone after some two days. */
const PULL_PER_US = Math.LN2 / (2 * DAY_US);

/** Log-volatility of the whole market wanders around 0 with this deviation, forgetting in about ten minutes. */
const VOLATILITY_DEVIATION = 0.35;
/** Mean of what that log-normal volatility is. */
export const VOLATILITY_MEAN = Math.exp(VOLATILITY_DEVIATION ** 2 / 2);
const VOLATILITY_MEMORY_US = 600_000_000;
const VOLATILITY_KEEP = Math.exp(-FACTOR_STEP_US / VOLATILITY_MEMORY_US);
const VOLATILITY_SHOCK = VOLATILITY_DEVIATION * Math.sqrt(1 - VOLATILITY_KEEP * VOLATILITY_KEEP);

/** An own shock is this many times wider once in `WIDE_ODDS` draws: tails fatter than normal. */
const WIDE_FACTOR = 4;
const WIDE_ODDS = 256;

/** Mean time between jumps anywhere, us. */
const JUMP_GAP_US = 90_000_000;
/** Smallest and mean extra size of a jump in standard deviations of one minute. */
const JUMP_MIN = 2.5;
const JUMP_EXTRA = 1.2;
const MINUTE_DEVIATION = Math.sqrt(60_000_000 / DAY_US);
/** Jumps out of a hundred that hit the whole market, or a sector; the others hit one instrument. */
const MARKET_JUMPS = 4;
const SECTOR_JUMPS = 14;
/** Excitement: multiplies own volatility and the spread as (1 + excitement), fades over half a minute. */
const JUMP_EXCITEMENT = 2;
const EXCITEMENT_MEMORY_US = 25_000_000;
/** Mean excitement of an instrument that all jumps hit. */
export const EXCITEMENT_MEAN = (JUMP_EXCITEMENT * EXCITEMENT_MEMORY_US) / JUMP_GAP_US;

/** Mean push of a trade in the aggressor's direction, in deviations of the time between two trades. */
const IMPACT = 0.25;

/** Deviations of the log price beyond which it does not go, in days' volatility: a last fence behind the pull. */
const DEVIATION_MAX = 12;

/**
 * The efficient price of each instrument, which quotes follow: market + sector + own part, each an Ornstein-Uhlenbeck process
 * in units of the instrument's daily volatility. Not the quotes, and no time of its own: it is moved on by the simulation.
 * Invariant: `mid` stays at or above the instrument's floor.
 */
export class PriceProcess {
  /** When the factors move next, and when the next jump is due, us since the start. */
  factorsUs = FACTOR_STEP_US;
  jumpUs: number;
  /** Volatility of the whole market against a calm one. */
  volatility = 1;
  /** Efficient price, ticks, not rounded. */
  readonly mid: Float64Array;
  /** Excitement after a jump: see above. */
  readonly excitement: Float64Array;
  readonly #random: Sfc32;
  readonly #activity: Activity;
  readonly #sectors = new Float64Array(SECTORS.length);
  #market = 0;
  #logVolatility = 0;
  readonly #start: Float64Array;
  readonly #floor: Float64Array;
  readonly #daily: Float64Array;
  readonly #marketLoad: Float64Array;
  readonly #sectorLoad: Float64Array;
  readonly #ownLoad: Float64Array;
  readonly #impact: Float64Array;
  readonly #own: Float64Array;
  readonly #touchedUs: Float64Array;

  constructor(
    random: Sfc32,
    models: readonly InstrumentModel[],
    activity: Activity,
    startTicks: Float64Array,
    tradesPerSecond: number,
  ) {
    this.#random = random;
    this.#activity = activity;
    this.#start = startTicks;
    this.mid = Float64Array.from(startTicks);
    this.excitement = new Float64Array(models.length);
    this.#floor = Float64Array.from(models, floorTicks);
    this.#daily = Float64Array.from(models, (model) => model.dailyVolatility);
    this.#marketLoad = Float64Array.from(models, (model) => model.marketLoad);
    this.#sectorLoad = Float64Array.from(models, (model) => model.sectorLoad);
    this.#ownLoad = Float64Array.from(models, ownLoad);
    this.#impact = activity.share.map(
      (share) => IMPACT * Math.sqrt(1_000_000 / (tradesPerSecond * share) / DAY_US),
    );
    this.#own = new Float64Array(models.length);
    this.#touchedUs = new Float64Array(models.length);
    this.jumpUs = random.exponential() * JUMP_GAP_US;
  }

  /** One step of everything that instruments share. */
  stepFactors(): void {
    const random = this.#random;
    this.factorsUs += FACTOR_STEP_US;
    this.#logVolatility = this.#logVolatility * VOLATILITY_KEEP + VOLATILITY_SHOCK * random.normal();
    this.volatility = Math.exp(this.#logVolatility);
    const keep = 1 - PULL_PER_US * FACTOR_STEP_US;
    const deviation = STEP_DEVIATION * this.volatility;
    this.#market = this.#market * keep + deviation * random.normal();
    for (let sector = 0; sector < this.#sectors.length; sector += 1)
      this.#sectors[sector] = this.#sectors[sector]! * keep + deviation * random.normal();
  }

  /** Lets news move one instrument, a sector or the market by far more than a normal minute. Returns an instrument of those hit. */
  jump(): number {
    const random = this.#random;
    const atUs = this.jumpUs;
    this.jumpUs += random.exponential() * JUMP_GAP_US;
    const instrument = this.#activity.everywhere.draw(random);
    const direction = (random.next() & 1) === 0 ? 1 : -1;
    const size = direction * MINUTE_DEVIATION * (JUMP_MIN + JUMP_EXTRA * random.exponential());
    const kind = random.unit() * 100;
    if (kind < MARKET_JUMPS) this.#market += size;
    else if (kind < SECTOR_JUMPS) this.#sectors[this.#activity.sectorOf[instrument]!]! += size;
    else {
      this.touch(instrument, atUs);
      this.#own[instrument]! += size * this.#ownLoad[instrument]!;
    }
    this.excitement[instrument]! += JUMP_EXCITEMENT;
    return instrument;
  }

  /** Brings one instrument's price to the present. Returns it in ticks, not rounded. */
  touch(instrument: number, nowUs: number): number {
    const random = this.#random;
    const elapsedUs = nowUs - this.#touchedUs[instrument]!;
    this.#touchedUs[instrument] = nowUs;
    const excitement = this.excitement[instrument]! / (1 + elapsedUs / EXCITEMENT_MEMORY_US);
    this.excitement[instrument] = excitement;
    const bits = random.next();
    let deviation =
      Math.sqrt(elapsedUs / DAY_US) * this.#ownLoad[instrument]! * this.volatility * (1 + excitement);
    if (bits % WIDE_ODDS === 0) deviation *= WIDE_FACTOR;
    const own = this.#own[instrument]! / (1 + PULL_PER_US * elapsedUs) + deviation * random.normal();
    this.#own[instrument] = own;
    const total =
      this.#marketLoad[instrument]! * this.#market +
      this.#sectorLoad[instrument]! * this.#sectors[this.#activity.sectorOf[instrument]!]! +
      own;
    const bounded = Math.max(-DEVIATION_MAX, Math.min(DEVIATION_MAX, total));
    const mid = this.#start[instrument]! * Math.exp(this.#daily[instrument]! * bounded);
    const price = Math.max(this.#floor[instrument]!, mid);
    this.mid[instrument] = price;
    return price;
  }

  /** A trade pushes the price its way. `direction` is +1 for a buyer, -1 for a seller. */
  push(instrument: number, direction: number): void {
    this.#own[instrument]! += direction * this.#impact[instrument]! * this.#ownLoad[instrument]!;
  }
}

/** Lowest price at which ten levels below the bid are still above zero, with room to spare, ticks. */
export function floorTicks(model: InstrumentModel): number {
  return 24 * model.gapTicks + 8 * Math.ceil(model.spreadTicks);
}

/** Share of an instrument's movement that it has with nobody. */
export function ownLoad(model: InstrumentModel): number {
  return Math.sqrt(Math.max(0.04, 1 - model.marketLoad ** 2 - model.sectorLoad ** 2));
}
