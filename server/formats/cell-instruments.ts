import type { RowTarget } from './row-cells.ts';
import { instrumentOf, symbolOfFile, type FileSymbol } from './symbol-name.ts';

/** Words that mean the same in headers. */
const SYMBOL_NAMES = ['symbol', 'instrument', 'pair', 'ticker', 'market', 'name'];
const VENUE_NAMES = ['exchange', 'venue'];

/** The cells in which a row names its instrument, -1 where it has none. */
export interface NamePlaces {
  readonly symbol: number;
  readonly venue: number;
}

/** @param columns names in small letters */
export function namePlaces(columns: readonly string[]): NamePlaces {
  const cellOf = (names: readonly string[]): number =>
    columns.indexOf(names.find((name) => columns.includes(name)) ?? '-');
  return { symbol: cellOf(SYMBOL_NAMES), venue: cellOf(VENUE_NAMES) };
}

/** The instruments of rows that name theirs; where one names none, or no venue, the file's name says it. */
export class CellInstruments {
  readonly #target: RowTarget;
  readonly #places: NamePlaces;
  readonly #ofFile: FileSymbol;
  readonly #numbers = new Map<string, number>();

  constructor(target: RowTarget, places: NamePlaces) {
    this.#target = target;
    this.#places = places;
    this.#ofFile = symbolOfFile(target.fileName);
  }

  /** Number of the instrument of the row that the target stands on. */
  ofRow(): number {
    const { symbol: symbolCell, venue: venueCell } = this.#places;
    const { rows } = this.#target;
    const name = symbolCell === -1 ? '' : rows.cellText(symbolCell);
    const key = venueCell === -1 ? name : `${rows.cellText(venueCell)}\0${name}`;
    return this.#numbers.get(key) ?? this.#number(key);
  }

  #number(key: string): number {
    const [name = '', place = ''] = key
      .split('\0')
      .toReversed()
      .map((part) => part.trim());
    const ofFile = this.#ofFile;
    const { venue, symbol, assetClass, currency } =
      name === '' && place === '' ? ofFile : instrumentOf(place || ofFile.venue, name || ofFile.symbol);
    const number = this.#target.builder.instruments.number(venue, symbol, assetClass, currency);
    this.#numbers.set(key, number);
    return number;
  }
}
