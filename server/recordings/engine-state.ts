import { QUOTE_FIELDS, type InstrumentId } from '#protocol';
import { INTERVALS_S } from '../engine/bars.ts';
import type { Engine } from '../engine/engine.ts';
import type { KeyframeBar, KeyframeInstrument } from '../tape/file/keyframe.ts';

/** More levels than a book keeps. */
const ALL_LEVELS = 1_000_000;

/** What an engine knows now of these instruments: what a recording that begins in the middle of a session begins with. */
export function engineState(engine: Engine, ids: readonly InstrumentId[]): KeyframeInstrument[] {
  return ids.map((id, instrument) => {
    const { columns } = engine.state;
    const values = Object.fromEntries(QUOTE_FIELDS.map((field) => [field, columns[field][id]!])) as Record<
      (typeof QUOTE_FIELDS)[number],
      number
    >;
    return {
      instrument,
      ...values,
      open: engine.dictionary.open(id),
      trades: engine.trades.newestSeq(id),
      bars: INTERVALS_S.flatMap((intervalSeconds) => newestBar(engine, id, intervalSeconds)),
      book: engine.state.bookLevels(id, ALL_LEVELS) ?? null,
    };
  });
}

function newestBar(engine: Engine, id: InstrumentId, intervalSeconds: number): KeyframeBar[] {
  const [bar] = engine.bars.range(intervalSeconds, id, 0, Number.MAX_SAFE_INTEGER, 1);
  if (bar === undefined) return [];
  const { startS, open, high, low, close, volume } = bar;
  return [{ intervalSeconds, startS, open, high, low, close, volume }];
}
