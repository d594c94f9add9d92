import {
  FRAME_BARS,
  FRAME_BOOK,
  FRAME_DELTA,
  FRAME_RAW,
  FRAME_SNAPSHOT,
  FRAME_TRADES,
  InvariantError,
  decodeServerFrame,
  priceTicks,
  readBars,
  readBooks,
  readFrameHead,
  readQuotes,
  readRaw,
  readTrades,
  sizeLots,
  timeAt,
  type DictionaryEntry,
  type Frame,
  type NumberSource,
  type QuoteColumns,
  type ReferenceColumns,
  type ServerMessage,
  type TimelineClock,
  type WireBar,
  type WireChange,
  type WireTrade,
} from '#protocol';
import { emptyQuoteColumns, growQuoteColumns } from '../../server/engine/columns.ts';
import { SequenceLog } from './sequence-log.ts';

const CAPACITY = 2_048;

/** One data frame as the model saw it. */
export interface SeenFrame {
  readonly kind: number;
  readonly asOf: number;
  readonly generation: number;
  /** Instruments in the order of the frame. */
  readonly ids: number[];
}

/**
 * The plainest client there can be: applies what it is handed and complains (InvariantError) about whatever the protocol forbids. It is no
 * model of the browser's client, which forgives more.
 */
export class ClientModel {
  readonly messages: ServerMessage[] = [];
  readonly frames: SeenFrame[] = [];
  readonly columns: QuoteColumns = emptyQuoteColumns();
  readonly entries = new Map<number, DictionaryEntry>();
  readonly bars = new Map<string, Map<number, WireBar>>();
  readonly books = new Map<number, { bids: number[]; asks: number[] }>();
  readonly trade = new SequenceLog<WireTrade>('trade');
  readonly raw = new SequenceLog<WireChange>('change');
  epoch = '';
  asOf = 0;
  clock: TimelineClock | null = null;
  generation = -1;
  /** Called with each control message, after it was applied. */
  onMessage: (message: ServerMessage) => void = () => {};
  readonly #reference: ReferenceColumns = {
    price: new Float64Array(CAPACITY),
    volume: new Float64Array(CAPACITY),
  };

  constructor() {
    growQuoteColumns(this.columns, CAPACITY);
  }

  /** Timeline time of the newest frame, us. */
  get timeUs(): number {
    return timeAt(this.clock!, this.asOf);
  }

  /** A new connection: the dictionary's generation is told anew. */
  reconnected(resumes: boolean): void {
    this.generation = -1;
    if (!resumes) this.asOf = 0;
    this.trade.reconnected(resumes);
    this.raw.reconnected(resumes);
  }

  receive(frame: Frame): void {
    const decoded = decodeServerFrame(frame);
    if ('message' in decoded) this.#message(decoded.message);
    else this.#data(decoded.data);
  }

  receiveAll(frames: readonly Frame[]): void {
    for (const frame of frames) this.receive(frame);
  }

  barsOf(intervalS: number, id: number): WireBar[] {
    const bars = this.bars.get(`${intervalS}/${id}`)?.values() ?? [];
    return [...bars].sort((a, b) => a.startS - b.startS);
  }

  #message(message: ServerMessage): void {
    this.messages.push(message);
    switch (message.type) {
      case 'welcome':
        if (message.resume !== 'resumed') this.#enter(message.epoch);
        this.clock = message.clock;
        break;
      case 'timeline':
        if (message.switched === true) this.entries.clear();
        if (message.epoch !== this.epoch) this.#enter(message.epoch);
        this.clock = message.clock;
        break;
      case 'instruments':
        this.generation = message.generation;
        for (const entry of message.entries) {
          this.entries.set(entry.id, entry);
          this.#reference.price[entry.id] = entry.referencePrice;
          this.#reference.volume[entry.id] = entry.referenceVolume;
        }
        this.#rebase(message.references ?? []);
        break;
      case 'trades-lost':
        this.trade.lose(message.instrument, message.fromSeq, message.toSeq);
        break;
      case 'changes-lost':
        this.raw.lose(message.instrument, message.fromSeq, message.toSeq);
        break;
      default:
    }
    this.onMessage(message);
  }

  #rebase(references: readonly number[]): void {
    for (let at = 0; at < references.length; at += 3) {
      const [id, referencePrice, referenceVolume] = references.slice(at, at + 3) as [number, number, number];
      const entry = this.entries.get(id);
      check(entry !== undefined, `the entry of instrument ${id} came before its new references`);
      this.entries.set(id, {
        ...entry!,
        referencePrice: priceTicks(referencePrice),
        referenceVolume: sizeLots(referenceVolume),
      });
      this.#reference.price[id] = referencePrice;
      this.#reference.volume[id] = referenceVolume;
    }
  }

  #enter(epoch: string): void {
    this.epoch = epoch;
    this.asOf = 0;
    for (const column of Object.values(this.columns) as Float64Array[]) column.fill(Number.NaN);
    this.bars.clear();
    this.books.clear();
    this.trade.clear();
    this.raw.clear();
  }

  #data(source: NumberSource): void {
    const { kind, asOf, generation } = readFrameHead(source);
    check(generation === this.generation, `generation ${generation} was announced before its frame`);
    check(asOf >= this.asOf, `asOf ${asOf} is not below ${this.asOf}`);
    this.asOf = asOf;
    const seen: SeenFrame = { kind, asOf, generation, ids: [] };
    this.frames.push(seen);
    const note = (id: number): void => {
      check(this.entries.has(id), `the entry of instrument ${id} came before its values`);
      seen.ids.push(id);
    };
    const timeUs = timeAt(this.clock!, asOf);
    if (kind === FRAME_DELTA || kind === FRAME_SNAPSHOT) {
      readQuotes(source, this.columns, this.#reference, timeUs, CAPACITY, note);
      check(new Set(seen.ids).size === seen.ids.length, 'an instrument stands once in a frame');
    } else if (kind === FRAME_TRADES) {
      readTrades(
        source,
        this.#reference,
        timeUs,
        CAPACITY,
        (id, seq, venueTimeUs, price, size, aggressor) => {
          note(id);
          this.trade.take(id, seq, { venueTimeUs, price, size, aggressor });
        },
      );
    } else if (kind === FRAME_BARS) {
      readBars(source, this.#reference, CAPACITY, (id, interval, startS, open, high, low, close, volume) => {
        note(id);
        const key = `${interval}/${id}`;
        if (!this.bars.has(key)) this.bars.set(key, new Map());
        this.bars.get(key)!.set(startS, { startS, open, high, low, close, volume });
      });
    } else if (kind === FRAME_RAW) {
      readRaw(source, this.#reference, timeUs, CAPACITY, (id, seq, change) => {
        note(id);
        this.raw.take(id, seq, change);
      });
    } else {
      check(kind === FRAME_BOOK, `kind ${kind} is known`);
      readBooks(source, this.#reference, CAPACITY, (id, whole, bids, asks) => {
        note(id);
        check(whole, 'a book is whole');
        this.books.set(id, { bids, asks });
      });
    }
  }
}

function check(holds: boolean, sentence: string): void {
  if (!holds) throw new InvariantError(`broken: ${sentence}`);
}
