import { emptyBar, type BarNumbers } from '../tape/bar-numbers.ts';
import type { RowCells } from './row-cells.ts';

/** Reads the five numbers of a bar from a row. The bar is the same object at every call. */
export class BarCells {
  readonly #cells: RowCells;
  readonly #prices: readonly (readonly [cell: number, name: 'open' | 'high' | 'low' | 'close'])[];
  readonly #volume: number;
  readonly #bar = emptyBar();

  /** Finds the columns by their names; a file without volume has bars of volume 0. */
  constructor(cells: RowCells, columns: readonly string[]) {
    this.#cells = cells;
    this.#prices = (['open', 'high', 'low', 'close'] as const).map((name) => [columns.indexOf(name), name]);
    this.#volume = columns.indexOf('volume');
  }

  /** Cells to name when a number does not fit. */
  get places(): { price: number; size: number } {
    return { price: this.#prices[0]![0], size: Math.max(0, this.#volume) };
  }

  /** @param isWithoutVolume the row has nothing in its volume */
  read(isWithoutVolume = false): BarNumbers {
    const { decimal } = this.#cells;
    const bar = this.#bar;
    for (const [cell, name] of this.#prices) {
      this.#cells.price(cell);
      bar[name].mantissa = decimal.mantissa;
      bar[name].decimals = decimal.decimals;
    }
    if (isWithoutVolume) {
      bar.volume.mantissa = Number.NaN;
      bar.volume.decimals = 0;
    } else if (this.#volume !== -1) {
      this.#cells.size(this.#volume);
      bar.volume.mantissa = decimal.mantissa;
      bar.volume.decimals = decimal.decimals;
    }
    return bar;
  }
}
