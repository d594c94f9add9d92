/** Idle time between two rows from which on it counts as a hole, us. */
const HOLE_US = 60_000_000;
/** Trade ids that are remembered to recognise repeats: 2^18 of all instruments together. */
const SEEN_IDS = 262_144;
/** Spreads the instruments' id runs over the table. */
const INSTRUMENT_STRIDE = 43_691;
const MS_US = 1000;
const SECOND_US = 1_000_000;

/** What was odd, by name. `latency_us_min`, `latency_us_max` and `max_gap_s` are extremes, all others are counts of rows. */
export type Anomalies = Record<string, number>;

/** `updates` are changes of single book levels: whether the book is crossed is not visible in them. */
export type AnomalySubject = 'trades' | 'quotes' | 'updates' | 'bars';

/**
 * Counts what real files have and textbooks do not. Not a judge: nothing that is counted here is refused. Invariant: memory does
 * not grow with the rows.
 *
 *   same_exchange_ms      venue time in the same millisecond as the row before, whatever instrument
 *   same_local_us         receive time equal to the row before
 *   negative_latency_rows received before it happened; with latency_us_min and latency_us_max
 *   out_of_order          receive time before that of the row before
 *   venue_time_back       venue time before that of the instrument's row before
 *   holes                 more than 60 s, or a bar's length, without a row; max_gap_s is the longest, whole seconds
 *   duplicate_ids         id of the same instrument seen before, as far as the table remembers
 *   backward_ids, id_gaps a number below the highest so far; numbers skipped (text ids have neither)
 *   zero_qty              size 0
 *   crossed, locked, one_sided   best bid above, equal to the best ask; a side missing
 *   suspicious            flagged as suspicious by whoever recorded it
 *   newest_first          rows of a file that goes back in time from its first to its last, and is played from the last
 *   grouped               rows of a file that has one instrument behind the other, which are played by time
 */
export class AnomalyCounter {
  readonly #subject: AnomalySubject;
  #hasReceiveTime = true;
  #rows = 0;
  #firstTimeUs = Number.NaN;
  #earliestUs = Number.POSITIVE_INFINITY;
  #lastTimeUs = Number.NEGATIVE_INFINITY;
  #venueTimeUs = 0;
  #receiveTimeUs = 0;
  #sameVenueMs = 0;
  #sameReceiveUs = 0;
  #negativeLatency = 0;
  #latencyMinUs = Number.POSITIVE_INFINITY;
  #latencyMaxUs = Number.NEGATIVE_INFINITY;
  #outOfOrder = 0;
  #venueTimeBack = 0;
  #holeUs = HOLE_US;
  #holes = 0;
  #gapMaxUs = 0;
  /** The same of steps back, in case that all are. */
  #holesBack = 0;
  #gapBackMaxUs = 0;
  #duplicateIds = 0;
  #backwardIds = 0;
  #idGaps = 0;
  #zeroSize = 0;
  #crossed = 0;
  #locked = 0;
  #oneSided = 0;
  /** By instrument number. */
  readonly #lastVenueTimeUs: number[] = [];
  readonly #highestId: number[] = [];
  /** Direct-mapped: a slot holds the newest id that fell on it. Made with the first id, as most formats have none. */
  #seenIds: Float64Array | null = null;
  readonly #marks: Anomalies = {};
  #seenInstruments = new Uint32Array(0);

  constructor(subject: AnomalySubject) {
    this.#subject = subject;
  }

  get rows(): number {
    return this.#rows;
  }

  get firstTimeUs(): number {
    return this.#firstTimeUs;
  }

  /** The latest receive time, which is the last row's when time never goes back. */
  get lastTimeUs(): number {
    return this.#lastTimeUs;
  }

  /** Whether no row is of later than the one before, and not all of one time. What was received row by row never is. */
  get isNewestFirst(): boolean {
    const isBack = this.#outOfOrder > 0 && this.#outOfOrder + this.#sameReceiveUs === this.#rows - 1;
    return isBack && !this.#hasReceiveTime;
  }

  /** Whether time goes back where the next instrument begins, and nowhere else. */
  get isGrouped(): boolean {
    if (this.#outOfOrder === 0 || this.#venueTimeBack > 0 || this.#hasReceiveTime) return false;
    return this.#outOfOrder < this.#lastVenueTimeUs.filter((timeUs) => timeUs === timeUs).length;
  }

  /** Whether its rows are played in another order than they stand in. */
  get isTurned(): boolean {
    return this.isNewestFirst || this.isGrouped;
  }

  /** They are: what was back is forth. */
  turn(): void {
    if (this.isNewestFirst) {
      this.#marks['newest_first'] = this.#rows;
      this.#holes = this.#holesBack;
      this.#gapMaxUs = this.#gapBackMaxUs;
    } else this.#marks['grouped'] = this.#rows;
    this.#firstTimeUs = this.#earliestUs;
    this.#outOfOrder = this.#venueTimeBack = this.#backwardIds = 0;
  }

  /** The format has one time only: nothing can be said of latency. */
  withoutReceiveTime(): void {
    this.#hasReceiveTime = false;
  }

  /** @param venueTimeUs NaN when the row has no time of the venue */
  row(instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const latencyUs = receiveTimeUs - venueTimeUs;
    if (latencyUs < 0) this.#negativeLatency += 1;
    if (latencyUs < this.#latencyMinUs) this.#latencyMinUs = latencyUs;
    if (latencyUs > this.#latencyMaxUs) this.#latencyMaxUs = latencyUs;
    if (this.#rows > 0) this.#step(venueTimeUs, receiveTimeUs);
    const last = this.#lastVenueTimeUs[instrument];
    if (last !== undefined && venueTimeUs < last) this.#venueTimeBack += 1;
    if (venueTimeUs === venueTimeUs) this.#lastVenueTimeUs[instrument] = venueTimeUs;
    if (this.#rows === 0) this.#firstTimeUs = this.#earliestUs = receiveTimeUs;
    if (receiveTimeUs > this.#lastTimeUs) this.#lastTimeUs = receiveTimeUs;
    this.#rows += 1;
    this.#venueTimeUs = venueTimeUs;
    this.#receiveTimeUs = receiveTimeUs;
  }

  /** A bar that was let out at its end. Its length is no hole. */
  bar(instrument: number, endTimeUs: number, seconds: number): void {
    this.#holeUs = Math.max(HOLE_US, seconds * SECOND_US);
    this.row(instrument, endTimeUs, endTimeUs);
  }

  #step(venueTimeUs: number, receiveTimeUs: number): void {
    const gapUs = receiveTimeUs - this.#receiveTimeUs;
    if (gapUs === 0) this.#sameReceiveUs += 1;
    else if (gapUs < 0) {
      this.#outOfOrder += 1;
      if (receiveTimeUs < this.#earliestUs) this.#earliestUs = receiveTimeUs;
      if (-gapUs > this.#gapBackMaxUs) this.#gapBackMaxUs = -gapUs;
      if (-gapUs > this.#holeUs) this.#holesBack += 1;
    } else if (gapUs > this.#gapMaxUs) this.#gapMaxUs = gapUs;
    if (gapUs > this.#holeUs) this.#holes += 1;
    const movedUs = venueTimeUs - this.#venueTimeUs;
    // Nearly all rows are told apart without a division.
    const isNear = movedUs > -MS_US && movedUs < MS_US;
    const isSame =
      movedUs === 0 || (isNear && Math.floor(venueTimeUs / MS_US) === Math.floor(this.#venueTimeUs / MS_US));
    if (isSame) this.#sameVenueMs += 1;
  }

  /** Venues number the trades of an instrument 1, 2, 3, ... */
  numberId(instrument: number, id: number): void {
    const highest = this.#highestId[instrument];
    if (this.#isRepeated(instrument, id, id)) this.#duplicateIds += 1;
    else if (highest !== undefined && id < highest) this.#backwardIds += 1;
    else if (highest !== undefined && id > highest + 1) this.#idGaps += 1;
    if (highest === undefined || id > highest) this.#highestId[instrument] = id;
  }

  textId(instrument: number, bytes: Uint8Array, from: number, to: number): void {
    // Two independent 32-bit hashes: 53 bits of them name the id, so that a false repeat does not happen in practice.
    let first = 0x811c9dc5;
    let second = 0x9747b28c;
    for (let at = from; at < to; at += 1) {
      first = Math.imul(first ^ bytes[at]!, 0x01000193);
      second = Math.imul(second + bytes[at]!, 0x85ebca6b) ^ (second >>> 13);
    }
    const name = (first >>> 0) * 0x200000 + ((second >>> 0) & 0x1fffff);
    if (this.#isRepeated(instrument, name, first >>> 0)) this.#duplicateIds += 1;
  }

  #isRepeated(instrument: number, id: number, place: number): boolean {
    if (this.#seenIds === null) {
      this.#seenIds = new Float64Array(SEEN_IDS).fill(Number.NaN);
      this.#seenInstruments = new Uint32Array(SEEN_IDS);
    }
    // The remainder: of a power of two, and bits are cut off a float as they are off a whole number.
    const slot = (place + instrument * INSTRUMENT_STRIDE) & (SEEN_IDS - 1);
    if (this.#seenIds[slot] === id && this.#seenInstruments[slot] === instrument) return true;
    this.#seenIds[slot] = id;
    this.#seenInstruments[slot] = instrument;
    return false;
  }

  /** Counts what only some formats have, under its own name. */
  mark(name: string): void {
    this.#marks[name] = (this.#marks[name] ?? 0) + 1;
  }

  zeroSize(): void {
    this.#zeroSize += 1;
  }

  /** `spread` has the sign of ask - bid; NaN when a side is missing. */
  spread(spread: number): void {
    if (spread < 0) this.#crossed += 1;
    else if (spread === 0) this.#locked += 1;
    else if (spread !== spread) this.#oneSided += 1;
  }

  result(): Anomalies {
    const found: Anomalies = {
      same_exchange_ms: this.#sameVenueMs,
      venue_time_back: this.#venueTimeBack,
      out_of_order: this.#outOfOrder,
      holes: this.#holes,
      max_gap_s: Math.floor(this.#gapMaxUs / SECOND_US),
    };
    if (this.#hasReceiveTime) {
      found['same_local_us'] = this.#sameReceiveUs;
      found['negative_latency_rows'] = this.#negativeLatency;
      if (this.#latencyMaxUs >= this.#latencyMinUs) {
        found['latency_us_min'] = this.#latencyMinUs;
        found['latency_us_max'] = this.#latencyMaxUs;
      }
    }
    if (this.#subject === 'trades') {
      found['duplicate_ids'] = this.#duplicateIds;
      found['backward_ids'] = this.#backwardIds;
      found['id_gaps'] = this.#idGaps;
      found['zero_qty'] = this.#zeroSize;
    } else if (this.#subject === 'quotes') {
      found['crossed'] = this.#crossed;
      found['locked'] = this.#locked;
      found['one_sided'] = this.#oneSided;
    }
    return { ...found, ...this.#marks };
  }
}

const SMALLEST = new Set(['latency_us_min']);
const LARGEST = new Set(['latency_us_max', 'max_gap_s']);

/** Anomalies of several files as if they were one: counts add up, extremes stay extremes. */
export function addAnomalies(all: readonly Anomalies[]): Anomalies {
  const total: Anomalies = {};
  for (const anomalies of all) {
    for (const [name, value] of Object.entries(anomalies)) {
      const before = total[name];
      if (before === undefined) total[name] = value;
      else if (SMALLEST.has(name)) total[name] = Math.min(before, value);
      else if (LARGEST.has(name)) total[name] = Math.max(before, value);
      else total[name] = before + value;
    }
  }
  return total;
}
