import {
  ABSENT,
  encodeDictionaryEntry,
  instrumentId,
  instrumentKey,
  powerOfTen,
  priceTicks,
  sizeLots,
  type DictionaryEntry,
  type Increment,
  type InstrumentDefinition,
  type InstrumentId,
  type QuoteColumns,
  type ReferenceColumns,
} from '#protocol';
import { grow } from './columns.ts';
import { REBASE_LOOKS_PER_SECOND, RebasePolicy, type MarketView, type References } from './rebase-policy.ts';

/** An open that moves again and again (a price of 24 hours ago) is announced every so many looks: about 10 s. */
const OPEN_LOOKS = 10 * REBASE_LOOKS_PER_SECOND;

/** What a new generation changed. Both lists empty = the generation stands. */
export interface Sealed {
  /** New instruments, and those of which more changed than the references: peers need the whole entry. */
  readonly entries: readonly InstrumentId[];
  /** Instruments of which only the references changed: a peer that has the entry needs these alone. */
  readonly references: readonly InstrumentId[];
  /** Whether peers need it before their next frame: what is answered in units, or exists, changed. */
  readonly isUrgent: boolean;
}

const NOTHING: Sealed = { entries: [], references: [], isUrgent: false };

/** A change that waits for the next generation. */
interface Planned extends References {
  /** More than the references changes. */
  isEntry: boolean;
}

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
  /** By symbol, and by venue in lower case, colon and symbol. */
  readonly #named = new Map<string, InstrumentId[]>();
  #open: Float64Array = new Float64Array(0);
  /** The opens as they were announced. */
  #announcedOpen: Float64Array = new Float64Array(0);
  #anchored: Float64Array = new Float64Array(0);
  /** Encoded entries, as peers would be told them now; a hole = nobody has asked since the entry changed. */
  #entryBytes: (Uint8Array | undefined)[] = [];
  /** Generations in which an instrument's entry, and its references alone, changed last. */
  #entryAt: Float64Array = new Float64Array(0);
  #referencesAt: Float64Array = new Float64Array(0);
  #planned = new Map<InstrumentId, Planned>();
  #isUrgent = false;
  /** Values were voided since the last generation: what is known again by the next one need not be told again. */
  #wasReset = false;
  readonly #policy = new RebasePolicy();
  /** Opens that moved and wait to be announced. */
  readonly #movedOpens = new Set<InstrumentId>();
  /** Of the opens that move: the look at which each was announced last. */
  readonly #openLooks = new Map<InstrumentId, number>();
  #looks = 0;
  #generation = 0;

  get size(): number {
    return this.#definitions.length;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Whether the next `seal` changes anything. */
  get hasPending(): boolean {
    return this.#planned.size > 0;
  }

  /** Whether that cannot wait; see `Sealed`. */
  get isUrgent(): boolean {
    return this.#isUrgent;
  }

  /** Generation in which the entry changed last, but for its references. */
  entryGeneration(id: number): number {
    return this.#entryAt[id]!;
  }

  /** Generation in which the references alone changed last. */
  referencesGeneration(id: number): number {
    return this.#referencesAt[id]!;
  }

  /** Returns the id of a definition, new or known; a changed definition is announced with the next generation. */
  define(definition: InstrumentDefinition): InstrumentId {
    const key = instrumentKey(definition);
    const known = this.#ids.get(key);
    if (known !== undefined) {
      if (!sameDefinition(this.#definitions[known]!, definition)) {
        this.#definitions[known] = definition;
        this.#plan(known).isEntry = true;
        this.#isUrgent = true;
        this.#entryBytes[known] = undefined;
      }
      return known;
    }
    const id = instrumentId(this.#definitions.length);
    this.#definitions.push(definition);
    this.#ids.set(key, id);
    this.#name(definition.symbol, id);
    this.#name(venueSymbol(definition), id);
    this.reference.price = grow(this.reference.price, this.size, 0);
    this.reference.volume = grow(this.reference.volume, this.size, 0);
    this.#open = grow(this.#open, this.size, ABSENT);
    this.#announcedOpen = grow(this.#announcedOpen, this.size, ABSENT);
    this.#anchored = grow(this.#anchored, this.size, 0);
    this.#entryAt = grow(this.#entryAt, this.size, 0);
    this.#referencesAt = grow(this.#referencesAt, this.size, 0);
    this.#entryBytes.push(undefined);
    this.#plan(id).isEntry = true;
    this.#isUrgent = true;
    return id;
  }

  /** All ids, most active first as the source gave them. */
  ids(): InstrumentId[] {
    return this.#definitions.map((_, index) => instrumentId(index));
  }

  definition(id: InstrumentId): InstrumentDefinition {
    return this.#definitions[id]!;
  }

  /** Instruments of a name, a symbol or a venue (lower case) and a symbol, in rising order. */
  named(name: string): readonly InstrumentId[] {
    return this.#named.get(name) ?? [];
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

  /** Takes the price that change is counted from. The first one is announced at once, another one after a look (`rebase`). */
  setOpen(id: InstrumentId, open: number): void {
    if (Object.is(this.#open[id], open)) return;
    this.#open[id] = open;
    this.#entryBytes[id] = undefined;
    if (this.#wasReset) return;
    if (Number.isNaN(this.#announcedOpen[id])) this.#plan(id).isEntry = true;
    else this.#movedOpens.add(id);
  }

  /** Whether the instrument has had its first references in this epoch. */
  isAnchored(id: InstrumentId): boolean {
    return this.#anchored[id] === 1;
  }

  /** Takes an instrument's first price and volume as its references. */
  anchor(id: InstrumentId, price: number, volume: number): void {
    this.#anchored[id] = 1;
    const planned = this.#plan(id);
    planned.price = price;
    planned.volume = volume;
  }

  /**
   * Writes open and references in the units of a changed definition, from the next generation on. A factor of NaN (see
   * `stepRatio`) voids them: the next price anchors the instrument anew.
   */
  rescale(id: InstrumentId, price: number, volume: number): void {
    const known = price * volume === price * volume;
    const planned = this.#plan(id);
    planned.price = known ? planned.price * price : 0;
    planned.volume = known ? planned.volume * volume : 0;
    planned.isEntry = true;
    this.#isUrgent = true;
    if (!known) this.#anchored[id] = 0;
    this.#open[id]! *= price;
    this.#entryBytes[id] = undefined;
  }

  /**
   * Looks at what the market's values cost on the wire. Plans new references where that pays, and announces opens that moved.
   * Called `REBASE_LOOKS_PER_SECOND` times a second, whatever the time of the market.
   */
  rebase(market: MarketView): void {
    this.#looks += 1;
    this.reanchor(this.#policy.look(market, this.reference, this.size), market.columns);
    if (this.#looks % REBASE_LOOKS_PER_SECOND !== 0) return;
    for (const id of this.#movedOpens) {
      if (this.#looks < (this.#openLooks.get(id) ?? 0)) continue;
      this.#openLooks.set(id, this.#looks + OPEN_LOOKS);
      this.#plan(id).isEntry = true;
    }
  }

  /** Plans references for the values that instruments have now, whether that pays or not. */
  reanchor(ids: readonly number[], columns: QuoteColumns): void {
    for (const id of ids) this.#policy.choose(columns, id, this.#plan(instrumentId(id)));
  }

  /** Puts planned changes in force under a new generation, and tells which. */
  seal(): Sealed {
    if (this.#planned.size === 0) return NOTHING;
    const entries: InstrumentId[] = [];
    const references: InstrumentId[] = [];
    const { price, volume } = this.reference;
    const next = this.#generation + 1;
    const isUrgent = this.#isUrgent;
    for (const [id, planned] of this.#planned) {
      const moved = price[id] !== planned.price || volume[id] !== planned.volume;
      if (planned.isEntry || (this.#wasReset && !Object.is(this.#open[id], this.#announcedOpen[id]))) {
        entries.push(id);
        this.#entryAt[id] = next;
        this.#announcedOpen[id] = this.#open[id]!;
        this.#movedOpens.delete(id);
      } else if (moved) {
        references.push(id);
        this.#referencesAt[id] = next;
      }
      if (!moved) continue;
      price[id] = planned.price;
      volume[id] = planned.volume;
      this.#entryBytes[id] = undefined;
    }
    this.#planned.clear();
    this.#wasReset = false;
    this.#isUrgent = false;
    if (entries.length + references.length === 0) return NOTHING;
    this.#generation = next;
    return { entries, references, isUrgent };
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

  /** The entry as `encodeInstrumentsMessage` takes it: encoded once, however many peers are told. */
  entryBytes(id: InstrumentId): Uint8Array {
    return (this.#entryBytes[id] ??= encodeDictionaryEntry(this.entry(id)));
  }

  /** The references in force, as `instruments` carries them: id, price, volume, flat. */
  references(ids: readonly InstrumentId[]): number[] {
    const { price, volume } = this.reference;
    const flat: number[] = [];
    for (const id of ids) flat.push(id, price[id]!, volume[id]!);
    return flat;
  }

  /** Forgets opens and references for a new epoch; ids and definitions stay. */
  reset(): void {
    this.#open.fill(ABSENT);
    this.#anchored.fill(0);
    this.#entryBytes.fill(undefined);
    this.#policy.clear();
    this.#wasReset = true;
    this.#isUrgent = true;
    for (let index = 0; index < this.size; index += 1) {
      const planned = this.#plan(instrumentId(index));
      planned.price = 0;
      planned.volume = 0;
    }
    // Somebody may have been told of these before everybody is.
    for (const id of this.#movedOpens) this.#plan(id).isEntry = true;
  }

  #plan(id: InstrumentId): Planned {
    let planned = this.#planned.get(id);
    if (planned === undefined) {
      planned = { price: this.reference.price[id]!, volume: this.reference.volume[id]!, isEntry: false };
      this.#planned.set(id, planned);
    }
    return planned;
  }

  #name(name: string, id: InstrumentId): void {
    const named = this.#named.get(name);
    if (named === undefined) this.#named.set(name, [id]);
    else if (named.at(-1) !== id) named.push(id);
  }
}

/** How a selector names one instrument: venues are compared without regard to case. */
export function venueSymbol({ venue, symbol }: InstrumentDefinition): string {
  return `${venue.toLowerCase()}:${symbol}`;
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
