import { AGGRESSOR_BUY, AGGRESSOR_SELL, AGGRESSOR_UNKNOWN, type Aggressor } from '#protocol';
import type { InstrumentTable } from '../tape/instrument-table.ts';
import { NO_TRADE_ID } from '../tape/event-block.ts';
import { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { CsvRows } from './csv-rows.ts';
import { noEvents } from './event-counts.ts';
import type { ByteStream } from './file-streams.ts';
import { LevelChanges } from './level-changes.ts';
import { LobsterMessages, type LobsterMessage } from './lobster-messages.ts';
import type { LobsterName } from './lobster-name.ts';
import { RecordingError } from './recording-error.ts';
import { RowCells, type RowTarget } from './row-cells.ts';
import {
  drainFull,
  reportOf,
  withoutRows,
  type FileReport,
  type Import,
  type ImportOptions,
} from './stream-import.ts';

const TITLE = 'LOBSTER messages';
const LF = 10;
/** Ask price, ask size, bid price, bid size. */
const CELLS_A_LEVEL = 4;
/** Prices are written in ten-thousandths of a dollar. */
const SCALED_PLACES = 4;
/** Stands in the place of a level that does not exist: 9999999999 for asks, -9999999999 for bids. */
const NO_PRICE = 9_999_999_999;

/** https://lobsterdata.com/info/DataStructure.php: what happened, by the number in the second column. */
const EXECUTION_VISIBLE = 4;
const EXECUTION_HIDDEN = 5;
const CROSS = 6;
const HALT = 7;

/**
 * A pair of files of LOBSTER (https://lobsterdata.com): line n of the order book is the book after the message of line n. Executions
 * become trades; the levels become a snapshot, then what changed. Without the book there are only the trades. Both files are read
 * side by side, a few thousand rows of one waiting for the other.
 */
export class LobsterImport implements Import {
  readonly builder: RecordingBuilder;
  readonly #messages: LobsterMessages;
  readonly #stream: ByteStream;
  readonly #bookStream: ByteStream | null;
  readonly #bookRows: CsvRows;
  readonly #bookTarget: RowTarget;
  #bookCells: RowCells | null = null;
  readonly #book = new LevelChanges(SCALED_PLACES);
  readonly #anomalies = new AnomalyCounter('quotes');
  readonly #counts = noEvents();
  readonly #instrument: number;
  readonly #options: ImportOptions;

  constructor(
    stream: ByteStream,
    bookStream: ByteStream | null,
    name: LobsterName,
    instruments: InstrumentTable,
    options: ImportOptions,
  ) {
    this.#options = options;
    this.builder = new RecordingBuilder(instruments);
    this.#stream = stream;
    this.#bookStream = bookStream;
    // The data are NASDAQ's: LOBSTER rebuilds them from its feed.
    this.#instrument = instruments.number('nasdaq', name.symbol, 'equity', 'USD');
    this.#bookRows = new CsvRows(bookStream?.label ?? '', () => this.#onBookRow());
    const base = {
      builder: this.builder,
      anomalies: this.#anomalies,
      counts: this.#counts,
      assetClass: 'equity' as const,
    };
    this.#messages = new LobsterMessages(stream, name.dayMs, base);
    this.#bookTarget = {
      ...base,
      path: bookStream?.label ?? '',
      fileName: bookStream?.name ?? '',
      rows: this.#bookRows,
      columns: [],
    };
    this.#anomalies.withoutReceiveTime();
  }

  get rows(): number {
    return this.#anomalies.rows;
  }

  async run(): Promise<void> {
    const messages = this.#messages;
    try {
      if (this.#bookStream === null) {
        while (await messages.more()) {
          this.#takeAll();
          drainFull(this.builder, this.#options);
        }
        return;
      }
      const rows = this.#bookRows;
      const place = {
        get lastRow() {
          return rows.line;
        },
      };
      for await (const bytes of this.#bookStream.chunks(place)) {
        await messages.wait(countLines(bytes) + 1);
        this.#bookRows.push(bytes);
        drainFull(this.builder, this.#options);
      }
      await messages.wait(1);
      this.#bookRows.finish();
      await messages.wait(1);
    } finally {
      await messages.close();
    }
    if (messages.waiting > 0)
      throw this.#unequal(this.#bookStream.label, this.#bookRows.line + 1, this.#stream.label);
  }

  #takeAll(): void {
    while (this.#messages.waiting > 0) this.#take(this.#messages.next());
  }

  #take(message: LobsterMessage): void {
    const { timeUs, type } = message;
    if (type >= EXECUTION_VISIBLE && type <= CROSS) this.#trade(message);
    else if (type === HALT) this.#anomalies.mark('halts');
    if (message.isSameTime) this.#anomalies.mark('same_ts');
    this.#anomalies.row(this.#instrument, timeUs, timeUs);
  }

  #trade(message: LobsterMessage): void {
    if (message.size === 0) {
      this.#anomalies.mark('zero_qty');
      return;
    }
    const misfit = this.builder.trade(
      this.#instrument,
      message.timeUs,
      message.timeUs,
      message.price,
      message.priceDecimals,
      message.size,
      0,
      aggressorOf(message),
      NO_TRADE_ID,
    );
    if (misfit !== 'none') this.#messages.refuse(misfit);
    this.#counts.trade += 1;
  }

  #onBookRow(): void {
    const rows = this.#bookRows;
    if (this.#messages.waiting === 0)
      throw this.#unequal(this.#stream.label, rows.line, this.#bookTarget.path);
    const cells = (this.#bookCells ??= this.#beginBook());
    cells.checkCount();
    const message = this.#messages.next();
    this.#take(message);
    const book = this.#book;
    book.begin();
    for (let at = 0; at < rows.cellCount; at += CELLS_A_LEVEL) {
      this.#level(cells, at, book.asks);
      this.#level(cells, at + 2, book.bids);
    }
    const { misfit, hasEvent } = book.emit(this.builder, this.#instrument, message.timeUs, message.timeUs);
    if (misfit !== 'none') cells.checkFit(misfit, { price: 0, size: 1 });
    if (hasEvent) this.#counts.book += 1;
    this.#anomalies.spread(book.spread);
  }

  #level(cells: RowCells, at: number, side: LevelChanges['asks']): void {
    const { decimal } = cells;
    cells.price(at);
    const price = decimal.mantissa;
    if (decimal.decimals > 0) throw cells.fail(at, 'a price in whole ten-thousandths');
    cells.size(at + 1);
    if (decimal.decimals > 0) throw cells.fail(at + 1, 'a whole number of shares');
    if (decimal.mantissa > 0 && Math.abs(price) < NO_PRICE) side.push(price, decimal.mantissa);
  }

  #beginBook(): RowCells {
    const { cellCount } = this.#bookRows;
    if (cellCount % CELLS_A_LEVEL !== 0)
      throw new RecordingError(
        'bad-row',
        this.#bookTarget.path,
        `, row 1: found ${cellCount} cells, expected four a level: ask price, ask size, bid price, bid size.`,
        { row: 1 },
      );
    const names = ['ask price', 'ask size', 'bid price', 'bid size'];
    const columns = Array.from(
      { length: cellCount },
      (_, cell) => `${names[cell % CELLS_A_LEVEL]!} ${Math.floor(cell / CELLS_A_LEVEL) + 1}`,
    );
    return new RowCells({ ...this.#bookTarget, columns });
  }

  /** One file of the pair is shorter. */
  #unequal(short: string, row: number, long: string): RecordingError {
    const sentence = `, row ${row}: found the end of the file, expected a row for each of ${long}.`;
    return new RecordingError('truncated', short, sentence, { row });
  }

  withoutRows(): RecordingError {
    return withoutRows(this.#stream.label, TITLE);
  }

  report(): FileReport {
    return reportOf(this.#stream, { format: 'lobster', anomalies: this.#anomalies, counts: this.#counts });
  }
}

/** A sell order that rested was bought from. Of hidden orders and of crosses nobody knows. */
function aggressorOf({ type, direction }: LobsterMessage): Aggressor {
  if (type === EXECUTION_HIDDEN || type === CROSS) return AGGRESSOR_UNKNOWN;
  return direction < 0 ? AGGRESSOR_BUY : AGGRESSOR_SELL;
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines += 1;
  return lines;
}
