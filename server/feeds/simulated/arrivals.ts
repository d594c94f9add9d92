import type { Activity } from './activity.ts';
import type { Sfc32 } from './random.ts';

/** Mean number of later events that one event sets off. Below 1, or the market would never calm down. */
const BRANCHING = 0.55;
/** Offspring counts are geometric: wider clusters than Poisson, at the cost of one draw each. */
const OFFSPRING_CONTINUES = BRANCHING / (1 + BRANCHING);
/** Reactions come in two kinds: machines within milliseconds, everyone else within a second. */
const FAST_SHARE = 0.75;
const FAST_DELAY_US = 15_000;
const SLOW_DELAY_US = 800_000;
/** Share of reactions that happen in another instrument of the same sector. */
const CONTAGION = 0.15;
/** Room for this many times the average number of pending reactions. */
const PENDING_HEADROOM = 4;
const PENDING_MIN = 4_096;

/**
 * When and in which instrument the next event happens: a self-exciting (Hawkes) process in its branching form. Spontaneous
 * events come at random; each event of any kind sets off others shortly after. Not the events themselves.
 * Invariant: the long-run rate is `eventsPerSecond`, and of one instrument that times its share of the weights, because
 * reactions elsewhere follow the same weights.
 */
export class Arrivals {
  /** Time of the next arrival since the simulation's start, us, not rounded. */
  nextUs = 0;
  instrument = 0;
  readonly #random: Sfc32;
  readonly #activity: Activity;
  readonly #spontaneousGapUs: number;
  #spontaneousUs = 0;
  /** Binary heap by time, as two columns. */
  readonly #pendingUs: Float64Array;
  readonly #pendingInstrument: Int32Array;
  #pending = 0;

  constructor(random: Sfc32, eventsPerSecond: number, activity: Activity) {
    this.#random = random;
    this.#activity = activity;
    this.#spontaneousGapUs = 1_000_000 / (eventsPerSecond * (1 - BRANCHING));
    const reactionsPerUs = (eventsPerSecond * BRANCHING) / 1_000_000;
    const fastPending = Math.round(reactionsPerUs * FAST_SHARE * FAST_DELAY_US);
    const slowPending = Math.round(reactionsPerUs * (1 - FAST_SHARE) * SLOW_DELAY_US);
    const room = (fastPending + slowPending) * PENDING_HEADROOM + PENDING_MIN;
    this.#pendingUs = new Float64Array(room);
    this.#pendingInstrument = new Int32Array(room);
    // As if the market had always been there: reactions to what happened before the start are under way.
    for (let index = 0; index < fastPending; index += 1)
      this.#push(random.exponential() * FAST_DELAY_US, activity.everywhere.draw(random));
    for (let index = 0; index < slowPending; index += 1)
      this.#push(random.exponential() * SLOW_DELAY_US, activity.everywhere.draw(random));
    this.#spontaneousUs = random.exponential() * this.#spontaneousGapUs;
    this.#look();
  }

  /** Consumes the arrival in `nextUs` and `instrument`, lets it set off others, and finds the next one. */
  take(): void {
    const random = this.#random;
    const activity = this.#activity;
    const atUs = this.nextUs;
    const instrument = this.instrument;
    if (this.#pending > 0 && this.#pendingUs[0]! <= this.#spontaneousUs) this.#pop();
    else this.#spontaneousUs = atUs + random.exponential() * this.#spontaneousGapUs;
    while (random.unit() < OFFSPRING_CONTINUES) {
      const meanUs = random.unit() < FAST_SHARE ? FAST_DELAY_US : SLOW_DELAY_US;
      const where =
        random.unit() < CONTAGION
          ? activity.sectors[activity.sectorOf[instrument]!]!.draw(random)
          : instrument;
      this.#push(atUs + random.exponential() * meanUs, where);
    }
    this.#look();
  }

  /** Sets off `count` events in one instrument within about `spanUs` after `fromUs`: the market has news. */
  burst(instrument: number, fromUs: number, count: number, spanUs: number): void {
    for (let index = 0; index < count; index += 1)
      this.#push(fromUs + this.#random.exponential() * spanUs, instrument);
    this.#look();
  }

  #look(): void {
    if (this.#pending > 0 && this.#pendingUs[0]! <= this.#spontaneousUs) {
      this.nextUs = this.#pendingUs[0]!;
      this.instrument = this.#pendingInstrument[0]!;
    } else if (this.nextUs !== this.#spontaneousUs) {
      this.nextUs = this.#spontaneousUs;
      this.instrument = this.#activity.everywhere.draw(this.#random);
    }
  }

  #push(atUs: number, instrument: number): void {
    // A full heap forgets the reaction: memory stays fixed. At four times the mean this is not met in practice.
    if (this.#pending === this.#pendingUs.length) return;
    const times = this.#pendingUs;
    let at = this.#pending;
    this.#pending += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent]! <= atUs) break;
      times[at] = times[parent]!;
      this.#pendingInstrument[at] = this.#pendingInstrument[parent]!;
      at = parent;
    }
    times[at] = atUs;
    this.#pendingInstrument[at] = instrument;
  }

  #pop(): void {
    this.#pending -= 1;
    const times = this.#pendingUs;
    const size = this.#pending;
    const movedUs = times[size]!;
    const moved = this.#pendingInstrument[size]!;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && times[child + 1]! < times[child]!) child += 1;
      if (times[child]! >= movedUs) break;
      times[at] = times[child]!;
      this.#pendingInstrument[at] = this.#pendingInstrument[child]!;
      at = child;
    }
    times[at] = movedUs;
    this.#pendingInstrument[at] = moved;
  }
}
