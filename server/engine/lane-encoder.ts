import {
  ALL_BITS,
  BAR_BYTES_MAX,
  BAR_INTERVALS,
  BAR_NUMBERS,
  FRAME_BARS,
  FRAME_BOOK,
  FRAME_DELTA,
  FRAME_RAW,
  FRAME_TRADES,
  LIMITS,
  NUMBER_BYTES_MAX,
  QUOTE_BYTES_MAX,
  VALUES_OF_BITS,
  bookEntryNumbers,
  instrumentId,
  rawEntryBytesMax,
  rawEntryNumbers,
  tradesEntryBytesMax,
  tradesEntryNumbers,
  writeBar,
  writeBook,
  writeQuote,
  writeRaw,
  writeTrades,
  type Channel,
  type WireBar,
} from '#protocol';
import type { Engine } from './engine.ts';
import { INTERVALS_S } from './bars.ts';
import type { FrameBuffer, FrameForm } from './frame-buffer.ts';

/** Trades of one instrument in one frame. More than this between two ticks are dropped, oldest first, and told. */
const TRADES_PER_ENTRY_MAX = 2_000;
const CHANGES_PER_ENTRY_MAX = 2_000;
const BARS_PER_ENTRY_MAX = 600;

/** Trades, or changes of the raw channel. */
export interface LostRows {
  readonly id: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/**
 * What differs between the channels. A mark says what of an instrument is unsent: field bits (quote), the first unsent
 * sequence (trade, raw), one more than the start of the first unsent bar (bar), or just 1 (book). 0 = nothing.
 */
export interface LaneEncoder {
  readonly form: FrameForm;
  /** The mark that covers both. */
  merge(a: number, b: number): number;
  /**
   * Writes the instrument's entry (or entries) for a mark and returns how many numbers that was; 0 = nothing to say.
   * @param rowsMax most trades, changes or bars that may be written: of bars the oldest, else the newest
   */
  write(out: FrameBuffer, id: number, mark: number, timeUs: number, rowsMax?: number): number;
  /** The mark of what `write` leaves out for want of rows; 0 = nothing. Trades and changes that are left out are lost. */
  rest(id: number, mark: number, rowsMax: number): number;
  /** The mark that brings a new or returning viewer up to now: all there is, or what is newer than a version. 0 = nothing. */
  markSince(id: number, version: number | null): number;
  /**
   * The mark of what comes next, for channels whose entries must not be sent twice; null where values are absolute and repeating
   * them does no harm.
   */
  readonly nextMark: ((id: number) => number) | null;
  /** Filled by `write`, emptied by the lane: trades or changes that are gone for good. */
  readonly lost: LostRows[];
}

/** Under which name rows that are gone for good are counted. */
export const lossCounter = (channel: Channel): string => (channel === 'raw' ? 'changes_lost' : 'trades_lost');

/** The mark of a bar: never 0, whatever its start. */
export const barMark = (startS: number): number => startS + 1;

const earliest = (a: number, b: number): number => (a === 0 ? b : b === 0 ? a : Math.min(a, b));

export function laneEncoder(engine: Engine, channel: Channel): LaneEncoder {
  if (channel === 'quote') return quoteEncoder(engine);
  if (channel === 'trade') return tradeEncoder(engine);
  if (channel === 'book') return bookEncoder(engine);
  if (channel === 'raw') return rawEncoder(engine);
  return barEncoder(
    engine,
    INTERVALS_S[BAR_INTERVALS.findIndex((interval) => channel === `bar:${interval}`)]!,
  );
}

function quoteEncoder({ state, dictionary }: Engine): LaneEncoder {
  return {
    form: { kind: FRAME_DELTA, lead: [] },
    lost: [],
    merge: (a, b) => a | b,
    write(out, id, bits, timeUs) {
      out.ensure(QUOTE_BYTES_MAX);
      out.at = writeQuote(out.bytes, out.at, id, bits, state.columns, dictionary.reference, timeUs);
      return 2 + VALUES_OF_BITS[bits]!;
    },
    markSince: (id, version) => (version === null || state.version(id) > version ? ALL_BITS : 0),
    rest: () => 0,
    nextMark: null,
  };
}

function tradeEncoder({ trades, dictionary }: Engine): LaneEncoder {
  const lost: LostRows[] = [];
  return {
    form: { kind: FRAME_TRADES, lead: [] },
    lost,
    merge: earliest,
    write(out, id, fromSeq, timeUs, rowsMax = TRADES_PER_ENTRY_MAX) {
      const run = trades.since(id, fromSeq, rowsMax);
      if (run.firstSeq > fromSeq) lost.push({ id, fromSeq, toSeq: run.firstSeq - 1 });
      if (run.trades.length === 0) return 0;
      out.ensure(tradesEntryBytesMax(run.trades.length));
      out.at = writeTrades(
        out.bytes,
        out.at,
        id,
        run.firstSeq,
        run.trades,
        dictionary.reference.price[id]!,
        timeUs,
      );
      return tradesEntryNumbers(run.trades.length);
    },
    markSince(id, version) {
      if (version === null) return 0;
      const first = trades.firstSeqAfter(id, version);
      return first > trades.newestSeq(id) ? 0 : first;
    },
    rest: () => 0,
    nextMark: (id) => trades.newestSeq(id) + 1,
  };
}

function rawEncoder({ raw, dictionary }: Engine): LaneEncoder {
  const lost: LostRows[] = [];
  return {
    form: { kind: FRAME_RAW, lead: [] },
    lost,
    merge: earliest,
    write(out, id, fromSeq, timeUs, rowsMax = CHANGES_PER_ENTRY_MAX) {
      const run = raw.since(id, fromSeq, rowsMax);
      if (run.firstSeq > fromSeq) lost.push({ id, fromSeq, toSeq: run.firstSeq - 1 });
      if (run.changes.length === 0) return 0;
      out.ensure(rawEntryBytesMax(run.changes.length));
      out.at = writeRaw(out.bytes, out.at, id, run.firstSeq, run.changes, dictionary.reference, timeUs);
      return rawEntryNumbers(run.changes);
    },
    markSince(id, version) {
      if (version === null) return 0;
      const first = raw.firstSeqAfter(id, version);
      return first > raw.newestSeq(id) ? 0 : first;
    },
    rest: () => 0,
    nextMark: (id) => raw.newestSeq(id) + 1,
  };
}

function barEncoder({ bars, dictionary }: Engine, intervalS: number): LaneEncoder {
  const since = (id: number, mark: number): readonly WireBar[] =>
    bars.range(intervalS, id, mark - 1, Number.POSITIVE_INFINITY, BARS_PER_ENTRY_MAX);
  return {
    form: { kind: FRAME_BARS, lead: [intervalS] },
    lost: [],
    merge: earliest,
    write(out, id, mark, _timeUs, rowsMax = BARS_PER_ENTRY_MAX) {
      const run = since(id, mark).slice(0, rowsMax);
      out.ensure(run.length * BAR_BYTES_MAX);
      for (const bar of run)
        out.at = writeBar(out.bytes, out.at, id, intervalS, bar, dictionary.reference.price[id]!);
      return run.length * BAR_NUMBERS;
    },
    markSince(id, version) {
      if (version !== null) return bars.startOfChangeAfter(intervalS, id, version) + 1;
      const newest = bars.range(intervalS, id, 0, Number.POSITIVE_INFINITY, 1)[0];
      return newest === undefined ? 0 : barMark(newest.startS);
    },
    rest(id, mark, rowsMax) {
      const next = since(id, mark)[rowsMax];
      return next === undefined ? 0 : barMark(next.startS);
    },
    nextMark: null,
  };
}

function bookEncoder({ state, dictionary }: Engine): LaneEncoder {
  const levelNumbers = LIMITS.bookLevelsMax * 2;
  return {
    form: { kind: FRAME_BOOK, lead: [] },
    lost: [],
    merge: () => 1,
    write(out, id) {
      const levels = state.bookLevels(instrumentId(id));
      if (levels === undefined) return 0;
      out.ensure(bookEntryNumbers(levelNumbers, levelNumbers) * NUMBER_BYTES_MAX);
      out.at = writeBook(
        out.bytes,
        out.at,
        id,
        true,
        levels.bids,
        levels.asks,
        dictionary.reference.price[id]!,
      );
      return bookEntryNumbers(levels.bids.length, levels.asks.length);
    },
    markSince: (id) => (state.bookLevels(instrumentId(id)) === undefined ? 0 : 1),
    rest: () => 0,
    nextMark: null,
  };
}
