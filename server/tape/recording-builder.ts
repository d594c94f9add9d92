import { invariant, type Aggressor } from '#protocol';
import type { BarNumbers } from './bar-numbers.ts';
import {
  AGGRESSOR_SHIFT,
  BAR_SCALE_BITS,
  BAR_SCALE_MASK,
  BLOCK_EVENTS,
  EventBlock,
  KIND_BAR,
  KIND_BOOK,
  KIND_BOOK_SNAPSHOT,
  KIND_MASK,
  KIND_QUOTE,
  KIND_TRADE,
} from './event-block.ts';
import { InstrumentTable, recordedDefinition, type RecordedInstrument } from './instrument-table.ts';
import { Recording } from './recording.ts';

/** Price, its decimals, size, its decimals. */
const NUMBERS_A_LEVEL = 4;
const HIGH_BITS = BAR_SCALE_BITS;
const LOW_BITS = 2 * BAR_SCALE_BITS;
const CLOSE_BITS = 3 * BAR_SCALE_BITS;
const VOLUME_BITS = 4 * BAR_SCALE_BITS;

/** Which number of an event cannot be kept exactly beside the others of its instrument. */
export type Misfit = 'none' | 'price' | 'size' | 'bid' | 'bidSize' | 'ask' | 'askSize';

/**
 * Takes events with decimals as they stand in a file, (mantissa, decimals) without trailing zeros, and becomes a Recording
 * once all decimals are known. Not a sorter: the order of the calls is the order of the recording. Invariant: an event that was
 * answered with a misfit is not in it.
 */
export class RecordingBuilder {
  readonly instruments: InstrumentTable;
  #blocks: EventBlock[] = [];
  #block = new EventBlock();
  #full = 0;
  /** Emptied blocks of a part that was handed over. */
  #spare: EventBlock[] = [];
  readonly #bids: number[] = [];
  readonly #asks: number[] = [];

  constructor(instruments = new InstrumentTable()) {
    this.instruments = instruments;
  }

  get events(): number {
    return this.#full + this.#block.count;
  }

  /** Keeps an id that is no plain number; the code is for the `trade` call that follows. */
  textId(bytes: Uint8Array, from: number, to: number): number {
    return this.#block.addTextId(bytes, from, to);
  }

  trade(
    instrument: number,
    venueTimeUs: number,
    receiveTimeUs: number,
    price: number,
    priceDecimals: number,
    size: number,
    sizeDecimals: number,
    aggressor: Aggressor,
    idCode: number,
  ): Misfit {
    const row = this.instruments.rows[instrument]!;
    if (!row.prices.admit(price, priceDecimals)) return 'price';
    if (!row.sizes.admit(size, sizeDecimals)) return 'size';
    const block = this.#block;
    const at = block.count;
    block.kind[at] = KIND_TRADE | (aggressor << AGGRESSOR_SHIFT);
    block.first[at] = price;
    block.second[at] = size;
    block.third[at] = idCode;
    block.scales![at] = priceDecimals | (sizeDecimals << 8);
    this.#close(row, instrument, venueTimeUs, receiveTimeUs);
    return 'none';
  }

  /** NaN stands for a side or size that the row does not have. */
  quote(
    instrument: number,
    venueTimeUs: number,
    receiveTimeUs: number,
    bid: number,
    bidDecimals: number,
    bidSize: number,
    bidSizeDecimals: number,
    ask: number,
    askDecimals: number,
    askSize: number,
    askSizeDecimals: number,
  ): Misfit {
    const { prices, sizes } = this.instruments.rows[instrument]!;
    if (bid === bid && !prices.admit(bid, bidDecimals)) return 'bid';
    if (bidSize === bidSize && !sizes.admit(bidSize, bidSizeDecimals)) return 'bidSize';
    if (ask === ask && !prices.admit(ask, askDecimals)) return 'ask';
    if (askSize === askSize && !sizes.admit(askSize, askSizeDecimals)) return 'askSize';
    const block = this.#block;
    const at = block.count;
    block.kind[at] = KIND_QUOTE;
    block.first[at] = bid;
    block.second[at] = bidSize;
    block.third[at] = ask;
    block.withFourth()[at] = askSize;
    block.scales![at] = bidDecimals | (bidSizeDecimals << 8) | (askDecimals << 16) | (askSizeDecimals << 24);
    this.#close(this.instruments.rows[instrument]!, instrument, venueTimeUs, receiveTimeUs);
    return 'none';
  }

  /** A finished bar. `bar` is copied; its misfits are `price` and `size` (the volume). */
  bar(
    instrument: number,
    venueTimeUs: number,
    receiveTimeUs: number,
    startTimeUs: number,
    intervalSeconds: number,
    bar: BarNumbers,
  ): Misfit {
    const row = this.instruments.rows[instrument]!;
    const { open, high, low, close, volume } = bar;
    const { prices } = row;
    const isKept =
      prices.admit(open.mantissa, open.decimals) &&
      prices.admit(high.mantissa, high.decimals) &&
      prices.admit(low.mantissa, low.decimals) &&
      prices.admit(close.mantissa, close.decimals);
    if (!isKept) return 'price';
    if (!Number.isNaN(volume.mantissa) && !row.sizes.admit(volume.mantissa, volume.decimals)) return 'size';
    const block = this.#block;
    const at = block.count;
    const columns = block.withBars();
    block.kind[at] = KIND_BAR;
    block.first[at] = open.mantissa;
    block.second[at] = high.mantissa;
    block.third[at] = low.mantissa;
    block.withFourth()[at] = close.mantissa;
    columns.volume[at] = volume.mantissa;
    columns.intervalSeconds[at] = intervalSeconds;
    columns.startTimeUs[at] = startTimeUs;
    block.scales![at] =
      open.decimals |
      (high.decimals << HIGH_BITS) |
      (low.decimals << LOW_BITS) |
      (close.decimals << CLOSE_BITS) |
      (volume.decimals << VOLUME_BITS);
    this.#close(row, instrument, venueTimeUs, receiveTimeUs);
    return 'none';
  }

  /** Adds a level to the event that `book` closes; within a side the order stays. */
  level(
    instrument: number,
    side: 'bid' | 'ask',
    price: number,
    priceDecimals: number,
    size: number,
    sizeDecimals: number,
  ): Misfit {
    const row = this.instruments.rows[instrument]!;
    if (!row.prices.admit(price, priceDecimals)) return 'price';
    if (!row.sizes.admit(size, sizeDecimals)) return 'size';
    (side === 'bid' ? this.#bids : this.#asks).push(price, priceDecimals, size, sizeDecimals);
    return 'none';
  }

  /** Forgets the levels that were added since the last event was closed. */
  dropLevels(): void {
    this.#bids.length = 0;
    this.#asks.length = 0;
  }

  /** Closes the event whose levels were added. */
  book(instrument: number, venueTimeUs: number, receiveTimeUs: number, snapshot: boolean): void {
    const block = this.#block;
    const at = block.count;
    block.kind[at] = snapshot ? KIND_BOOK_SNAPSHOT : KIND_BOOK;
    block.first[at] = block.levelNumbers;
    block.second[at] = this.#bids.length / NUMBERS_A_LEVEL;
    block.third[at] = this.#asks.length / NUMBERS_A_LEVEL;
    for (const side of [this.#bids, this.#asks]) {
      for (let place = 0; place < side.length; place += 2)
        block.addLevelNumber(side[place]!, side[place + 1]!);
      side.length = 0;
    }
    this.#close(this.instruments.rows[instrument]!, instrument, venueTimeUs, receiveTimeUs);
  }

  #close(row: RecordedInstrument, instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const block = this.#block;
    block.instrument[block.count] = instrument;
    block.venueTimeUs[block.count] = venueTimeUs;
    block.receiveTimeUs[block.count] = receiveTimeUs;
    row.events += 1;
    if (block.advance()) return;
    block.trimLevels();
    this.#blocks.push(block);
    this.#full += BLOCK_EVENTS;
    // Whoever has filled one block fills the next: it need not grow.
    this.#block = this.#spare.pop() ?? new EventBlock(BLOCK_EVENTS);
  }

  /** Copies an event of another builder over the same instrument table, whose admissions and counts hold already. */
  adopt(from: EventBlock, index: number): void {
    const block = this.#block;
    const at = block.count;
    const kind = from.kind[index]!;
    block.kind[at] = kind;
    block.second[at] = from.second[index]!;
    block.scales![at] = from.scales![index]!;
    if ((kind & KIND_MASK) === KIND_TRADE) {
      block.first[at] = from.first[index]!;
      block.third[at] = block.adoptId(from, from.third[index]!);
    } else if (kind === KIND_QUOTE || kind === KIND_BAR) {
      block.first[at] = from.first[index]!;
      block.third[at] = from.third[index]!;
      block.withFourth()[at] = from.fourth![index]!;
      if (kind === KIND_BAR) adoptBar(block, at, from, index);
    } else {
      const start = from.first[index]!;
      const end = start + 2 * (from.second[index]! + from.third[index]!);
      block.first[at] = block.levelNumbers;
      block.third[at] = from.third[index]!;
      for (let place = start; place < end; place += 1)
        block.addLevelNumber(from.levels[place]!, from.levelScales![place]!);
    }
    const row = this.instruments.rows[from.instrument[index]!]!;
    row.events -= 1;
    this.#close(row, from.instrument[index]!, from.venueTimeUs[index]!, from.receiveTimeUs[index]!);
  }

  /** Hands its blocks over and is empty afterwards. */
  takeBlocks(): EventBlock[] {
    const blocks = this.#blocks;
    if (this.#block.count > 0) blocks.push(this.#block);
    this.#blocks = [];
    this.#block = this.#spare.pop() ?? new EventBlock();
    this.#full = 0;
    return blocks;
  }

  /** Turns everything into ticks and lots. The builder is empty afterwards. */
  finish(): Recording {
    const blocks = this.takeBlocks();
    const recording = this.#recordingOf(blocks);
    for (const block of blocks) block.trim();
    return recording;
  }

  /** The same for a recording that nobody needs when `onPart` returns: its memory is used again for what comes then. */
  handOver(onPart: (part: Recording) => void): void {
    const blocks = this.takeBlocks();
    onPart(this.#recordingOf(blocks));
    for (const block of blocks) block.clear();
    this.#spare = blocks;
  }

  #recordingOf(blocks: readonly EventBlock[]): Recording {
    invariant(blocks.length > 0, 'a recording holds at least one event');
    const order = this.instruments.byActivity();
    const ids = new Uint32Array(this.instruments.rows.length);
    for (const [id, number] of order.entries()) ids[number] = id;
    for (const block of blocks) this.#toSteps(block, ids);
    return new Recording(
      order.map((number) => recordedDefinition(this.instruments.rows[number]!)),
      blocks,
    );
  }

  #toSteps(block: EventBlock, ids: Uint32Array): void {
    const { kind, instrument, first, second, third, fourth, scales, levels, levelScales } = block;
    for (let at = 0; at < block.count; at += 1) {
      const { prices, sizes } = this.instruments.rows[instrument[at]!]!;
      const scale = scales![at]!;
      const what = kind[at]! & KIND_MASK;
      if (what === KIND_TRADE || what === KIND_QUOTE) {
        first[at] = prices.steps(first[at]!, scale & 0xff);
        second[at] = sizes.steps(second[at]!, (scale >>> 8) & 0xff);
        if (what === KIND_QUOTE) {
          third[at] = prices.steps(third[at]!, (scale >>> 16) & 0xff);
          fourth![at] = sizes.steps(fourth![at]!, scale >>> 24);
        }
      } else if (what === KIND_BAR) {
        first[at] = prices.steps(first[at]!, scale & BAR_SCALE_MASK);
        second[at] = prices.steps(second[at]!, (scale >>> HIGH_BITS) & BAR_SCALE_MASK);
        third[at] = prices.steps(third[at]!, (scale >>> LOW_BITS) & BAR_SCALE_MASK);
        fourth![at] = prices.steps(fourth![at]!, (scale >>> CLOSE_BITS) & BAR_SCALE_MASK);
        const { volume } = block.bars!;
        volume[at] = sizes.steps(volume[at]!, (scale >>> VOLUME_BITS) & BAR_SCALE_MASK);
      } else {
        const end = first[at]! + 2 * (second[at]! + third[at]!);
        for (let place = first[at]!; place < end; place += 2) {
          levels[place] = prices.steps(levels[place]!, levelScales![place]!);
          levels[place + 1] = sizes.steps(levels[place + 1]!, levelScales![place + 1]!);
        }
      }
      instrument[at] = ids[instrument[at]!]!;
    }
  }
}

function adoptBar(into: EventBlock, at: number, from: EventBlock, index: number): void {
  const columns = into.withBars();
  const { volume, intervalSeconds, startTimeUs } = from.bars!;
  columns.volume[at] = volume[index]!;
  columns.intervalSeconds[at] = intervalSeconds[index]!;
  columns.startTimeUs[at] = startTimeUs[index]!;
}
