import type { RowCells } from './row-cells.ts';

/** Columns that open every Tardis row. */
export const TARDIS_COLUMNS = ['exchange', 'symbol', 'timestamp', 'local_timestamp'] as const;

/** The two times of a Tardis row, us. Where one is missing it equals the other, as in Tardis' own files. */
export class TardisTimes {
  venueTimeUs = 0;
  receiveTimeUs = 0;
  readonly #cells: RowCells;
  readonly #venueCell: number;
  readonly #receiveCell: number;

  constructor(cells: RowCells, columns: readonly string[]) {
    this.#cells = cells;
    this.#venueCell = columns.indexOf('timestamp');
    this.#receiveCell = columns.indexOf('local_timestamp');
  }

  read(): void {
    const venueTimeUs = this.#cells.timeUs(this.#venueCell);
    const receiveTimeUs = this.#cells.timeUs(this.#receiveCell);
    if (venueTimeUs !== venueTimeUs && receiveTimeUs !== receiveTimeUs)
      throw this.#cells.fail(this.#venueCell, 'microseconds since 1970, here or in local_timestamp');
    this.venueTimeUs = venueTimeUs === venueTimeUs ? venueTimeUs : receiveTimeUs;
    this.receiveTimeUs = receiveTimeUs === receiveTimeUs ? receiveTimeUs : venueTimeUs;
  }
}
