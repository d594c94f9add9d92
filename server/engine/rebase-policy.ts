import type { QuoteColumns, ReferenceColumns } from '#protocol';
import { grow } from './columns.ts';

/** What the policy reads of a market. `MarketState` is one. */
export interface MarketView {
  readonly columns: QuoteColumns;
  /** Rises when an instrument's values changed and a frame could be sent of them. */
  version(id: number): number;
}

/** What an instrument's values are written against. */
export interface References {
  price: number;
  volume: number;
}

/** How often the policy wants to look at the market, in real time: as often as most viewers are served. */
export const REBASE_LOOKS_PER_SECOND = 10;

/** What a viewer pays to be told new references of one instrument: id, price and volume, bytes. */
const REFERENCE_BYTES = 11;
/**
 * What a new generation costs besides: 55 bytes around the numbers, which also a viewer is told who watches none of what changed, and as
 * much again for the snapshots that the server has to encode anew.
 */
const GENERATION_BYTES = 110;
/** A generation must pay for a viewer who watches this many instruments of the market. */
const WATCHED_INSTRUMENTS = 100;
/** Generations for new references are at least this many looks apart. */
const LOOKS_APART = 2 * REBASE_LOOKS_PER_SECOND;

/** One byte reaches from -32 to 127 (fixint): a price that moves both ways starts in the middle. */
const PRICE_AHEAD = 48;

/** Room of a day's volume, which only rises, above a reference that lies as far ahead as a width of numbers allows. */
const VOLUME_ROOMS = [
  { bytes: 1, ahead: 0x20, room: 0xa0 },
  { bytes: 2, ahead: 0x80, room: 0x1_80 },
  { bytes: 3, ahead: 0x80_00, room: 0x1_80_00 },
  { bytes: 5, ahead: 0x80_00_00_00, room: 0x1_80_00_00_00 },
] as const;
/** Weight of the newest step in the mean step of a volume. */
const STEP_WEIGHT = 1 / 16;

/** Bytes of a whole number in a data frame. Absent (NaN) takes one. */
export function numberBytes(value: number): number {
  if (value >= 0) {
    if (value < 0x80) return 1;
    if (value < 0x1_00) return 2;
    if (value < 0x1_00_00) return 3;
    return value <= 0xff_ff_ff_ff ? 5 : 9;
  }
  if (value !== value || value >= -0x20) return 1;
  if (value >= -0x80) return 2;
  if (value >= -0x80_00) return 3;
  return value >= -0x80_00_00_00 ? 5 : 9;
}

/** The reference that gives a price the most room both ways. */
export function referencePriceFor(price: number): number {
  return Math.round(price) - PRICE_AHEAD;
}

/** The reference for a volume that grows by `step` an update: as far ahead as is cheapest until it has to be moved again. */
export function referenceVolumeFor(volume: number, step: number): number {
  return Math.round(volume) + cheapestRoom(step).ahead;
}

/** Bytes an update of a volume with its references moved whenever its room is used up, the moves included. */
const roomCost = ({ bytes, room }: (typeof VOLUME_ROOMS)[number], step: number): number =>
  bytes + (REFERENCE_BYTES * step) / room;

function cheapestRoom(step: number): (typeof VOLUME_ROOMS)[number] {
  let cheapest: (typeof VOLUME_ROOMS)[number] = VOLUME_ROOMS[0];
  for (const room of VOLUME_ROOMS) if (roomCost(room, step) < roomCost(cheapest, step)) cheapest = room;
  return cheapest;
}

/** The middle of what is known of an instrument's prices; NaN without any. */
function middlePrice({ bid, ask, last }: QuoteColumns, id: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const price of [bid[id]!, ask[id]!, last[id]!]) {
    if (price < low) low = price;
    if (price > high) high = price;
  }
  return low <= high ? (low + high) / 2 : Number.NaN;
}

/**
 * Decides which instruments get new references, by the rule for renting or buying: they are moved when what the old ones have cost since
 * the last move, above what new ones would have cost, reaches what a move costs. So a price that comes back is not followed, and
 * little is ever lost by waiting or by moving. It knows no clock and moves nothing itself: looks go in, ids come out, the same for the same.
 *
 * Invariant: an instrument's excess is at least 0 and covers only looks since its references were chosen.
 */
export class RebasePolicy {
  /** Values as they were at the last look: only what changed is on the wire. */
  #version: Float64Array = new Float64Array(0);
  #bid: Float64Array = new Float64Array(0);
  #ask: Float64Array = new Float64Array(0);
  #last: Float64Array = new Float64Array(0);
  #volume: Float64Array = new Float64Array(0);
  /** Mean growth of the volume an update, lots. */
  #step: Float64Array = new Float64Array(0);
  /** Bytes that a viewer paid for the old references since they were chosen. */
  #excess: Float64Array = new Float64Array(0);
  #looks = 0;

  /** One look. Returns the instruments whose references are to be chosen anew; mostly none. */
  look(market: MarketView, reference: ReferenceColumns, size: number): readonly number[] {
    this.#reserve(size);
    const excess = this.#excess;
    const due: number[] = [];
    this.#looks += 1;
    for (let id = 0; id < size; id += 1) {
      const version = market.version(id);
      if (version === this.#version[id]) continue;
      this.#version[id] = version;
      excess[id] = Math.max(0, excess[id]! + this.#observe(market.columns, reference, id));
    }
    if (this.#looks < LOOKS_APART) return due;
    let total = 0;
    for (let id = 0; id < size; id += 1) {
      if (excess[id]! < REFERENCE_BYTES) continue;
      due.push(id);
      total += excess[id]! - REFERENCE_BYTES;
    }
    if (total < GENERATION_BYTES * Math.max(1, size / WATCHED_INSTRUMENTS)) return [];
    this.#looks = 0;
    return due;
  }

  /** The best references for an instrument's values now. Those that are not known yet stay. */
  choose(columns: QuoteColumns, id: number, references: References): void {
    const price = middlePrice(columns, id);
    const volume = columns.volume[id]!;
    if (price === price) references.price = referencePriceFor(price);
    if (volume === volume) references.volume = referenceVolumeFor(volume, this.#step[id] ?? 0);
    if (id < this.#excess.length) this.#excess[id] = 0;
  }

  /** Forgets what it saw: the values are void. */
  clear(): void {
    for (const column of [this.#version, this.#excess, this.#step]) column.fill(0);
    for (const column of [this.#bid, this.#ask, this.#last, this.#volume]) column.fill(Number.NaN);
  }

  /** Bytes that an instrument's changed values cost now above what they would with references of their own. */
  #observe(columns: QuoteColumns, reference: ReferenceColumns, id: number): number {
    const { bid, ask, last, volume } = columns;
    const old = reference.price[id]!;
    const fresh = referencePriceFor(middlePrice(columns, id));
    let excess = 0;
    if (bid[id] !== this.#bid[id]) {
      this.#bid[id] = bid[id]!;
      excess += numberBytes(bid[id]! - old) - numberBytes(bid[id]! - fresh);
    }
    if (ask[id] !== this.#ask[id]) {
      this.#ask[id] = ask[id]!;
      excess += numberBytes(ask[id]! - old) - numberBytes(ask[id]! - fresh);
    }
    if (last[id] !== this.#last[id]) {
      this.#last[id] = last[id]!;
      excess += numberBytes(last[id]! - old) - numberBytes(last[id]! - fresh);
    }
    const lots = volume[id]!;
    if (lots === this.#volume[id] || lots !== lots) return excess;
    const grown = lots - this.#volume[id]!;
    this.#volume[id] = lots;
    if (grown > 0) {
      const mean = this.#step[id]!;
      this.#step[id] = mean === 0 ? grown : mean + (grown - mean) * STEP_WEIGHT;
    }
    const step = this.#step[id]!;
    return excess + numberBytes(lots - reference.volume[id]!) - roomCost(cheapestRoom(step), step);
  }

  #reserve(size: number): void {
    if (this.#version.length >= size) return;
    this.#version = grow(this.#version, size, 0);
    this.#bid = grow(this.#bid, size, Number.NaN);
    this.#ask = grow(this.#ask, size, Number.NaN);
    this.#last = grow(this.#last, size, Number.NaN);
    this.#volume = grow(this.#volume, size, Number.NaN);
    this.#step = grow(this.#step, size, 0);
    this.#excess = grow(this.#excess, size, 0);
  }
}
