import {
  ABSENT,
  instrumentId,
  instrumentKey,
  powerOfTen,
  priceTicks,
  sizeLots,
  type DictionaryEntry,
  type Increment,
  type InstrumentDefinition,
  type InstrumentId,
  type ReferenceColumns,
} from '#protocol';
import { grow } from './columns.ts';

/** A price further than this from its reference costs a five-byte number instead of a three-byte one. */
const PRICE_REBASE_TICKS = 0x80_00;
/** The same for the day's volume, which only rises. */
const VOLUME_REBASE_LOTS = 0x1_00_00;

/**
 * The instruments of one timeline: id by key, and the references that data frames are written against.
 *
 * Invariant: a reference changes only together with the generation, in `seal`, which the hub calls before it encodes and
 * announces before it sends. A frame is therefore always readable with what its reader was told before.
 */
export class Dictionary {
  readonly reference: ReferenceColumns = { price: new Float64Array(0), volume: new Float64Array(0) };
  readonly #definitions: InstrumentDefinition[] = [];
  readonly #ids = new Map<string, InstrumentId>();
  #open: Float64Array = new Float64Array(0);
  #anchored: Float64Array = new Float64Array(0);
  #pending = new Map<InstrumentId, { price: number; volume: number }>();
  #generation = 0;

  get size(): number {
    return this.#definitions.length;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Returns the id of a definition, new or known; a changed definition is announced with the next generation. */
  define(definition: InstrumentDefinition): InstrumentId {
    const key = instrumentKey(definition);
    const known = this.#ids.get(key);
    if (known !== undefined) {
      if (!sameDefinition(this.#definitions[known]!, definition)) {
        this.#definitions[known] = definition;
        this.#touch(known);
      }
      return known;
    }
    const id = instrumentId(this.#definitions.length);
    this.#definitions.push(definition);
    this.#ids.set(key, id);
    this.reference.price = grow(this.reference.price, this.size, 0);
    this.reference.volume = grow(this.reference.volume, this.size, 0);
    this.#open = grow(this.#open, this.size, ABSENT);
    this.#anchored = grow(this.#anchored, this.size, 0);
    this.#touch(id);
    return id;
  }

  /** All ids, most active first as the source gave them. */
  ids(): InstrumentId[] {
    return this.#definitions.map((_, index) => instrumentId(index));
  }

  definition(id: InstrumentId): InstrumentDefinition {
    return this.#definitions[id]!;
  }

  has(id: number): boolean {
    return id >= 0 && id < this.#definitions.length && Number.isInteger(id);
  }

  find(key: string): InstrumentId | undefined {
    return this.#ids.get(key);
  }

  open(id: InstrumentId): number {
    return this.#open[id]!;
  }

  setOpen(id: InstrumentId, open: number): void {
    if (Object.is(this.#open[id], open)) return;
    this.#open[id] = open;
    this.#touch(id);
  }

  /** Whether the instrument has had its first references in this epoch. */
  isAnchored(id: InstrumentId): boolean {
    return this.#anchored[id] === 1;
  }

  /** Takes an instrument's first price and volume as its references. */
  anchor(id: InstrumentId, price: number, volume: number): void {
    this.#anchored[id] = 1;
    this.#pending.set(id, { price, volume });
  }

  /**
   * Writes open and references in the units of a changed definition, from the next generation on. A factor of NaN (see
   * `stepRatio`) voids them: the next price anchors the instrument anew.
   */
  rescale(id: InstrumentId, price: number, volume: number): void {
    const from = this.#pending.get(id) ?? {
      price: this.reference.price[id]!,
      volume: this.reference.volume[id]!,
    };
    const known = price * volume === price * volume;
    this.#open[id]! *= price;
    if (!known) this.#anchored[id] = 0;
    this.#pending.set(id, {
      price: known ? from.price * price : 0,
      volume: known ? from.volume * volume : 0,
    });
  }

  /** Plans new references where the old ones have become expensive. */
  rebase(last: Float64Array, volume: Float64Array): void {
    for (let index = 0; index < this.size; index += 1) {
      const id = instrumentId(index);
      const price = last[index]!;
      const lots = volume[index]!;
      const far = Math.abs(price - this.reference.price[index]!) >= PRICE_REBASE_TICKS;
      const large = lots - this.reference.volume[index]! >= VOLUME_REBASE_LOTS;
      if (!far && !large) continue;
      this.#pending.set(id, {
        price: far ? price : this.reference.price[index]!,
        volume: large ? lots : this.reference.volume[index]!,
      });
    }
  }

  /** Puts planned changes in force under a new generation. Returns the changed ids; none = the generation stands. */
  seal(): InstrumentId[] {
    if (this.#pending.size === 0) return [];
    const changed = [...this.#pending.keys()];
    for (const [id, { price, volume }] of this.#pending) {
      this.reference.price[id] = price;
      this.reference.volume[id] = volume;
    }
    this.#pending = new Map();
    this.#generation += 1;
    return changed;
  }

  entry(id: InstrumentId): DictionaryEntry {
    return {
      ...this.#definitions[id]!,
      id,
      referencePrice: priceTicks(this.reference.price[id]!),
      referenceVolume: sizeLots(this.reference.volume[id]!),
      open: priceTicks(this.#open[id]!),
    };
  }

  /** Forgets opens and references for a new epoch; ids and definitions stay. */
  reset(): void {
    this.#open.fill(ABSENT);
    this.#anchored.fill(0);
    for (let index = 0; index < this.size; index += 1)
      this.#pending.set(instrumentId(index), { price: 0, volume: 0 });
  }

  #touch(id: InstrumentId): void {
    if (this.#pending.has(id)) return;
    this.#pending.set(id, { price: this.reference.price[id]!, volume: this.reference.volume[id]! });
  }
}

/** How many steps of one increment make one of another: 10 from 0.1 to 0.01. NaN where that is no whole number. */
export function stepRatio(from: Increment, to: Increment): number {
  const steps = from.units * powerOfTen(Math.max(0, to.decimals - from.decimals));
  const perStep = to.units * powerOfTen(Math.max(0, from.decimals - to.decimals));
  const ratio = steps / perStep;
  return Number.isSafeInteger(ratio) && steps % perStep === 0 ? ratio : Number.NaN;
}

function sameDefinition(a: InstrumentDefinition, b: InstrumentDefinition): boolean {
  return (
    a.name === b.name &&
    a.assetClass === b.assetClass &&
    a.currency === b.currency &&
    a.tick.units === b.tick.units &&
    a.tick.decimals === b.tick.decimals &&
    a.lot.units === b.lot.units &&
    a.lot.decimals === b.lot.decimals
  );
}
