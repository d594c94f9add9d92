import { BAR_INTERVAL_SECONDS, type InstrumentId, type UnixUs } from '#protocol';
import type { PageSnapshot, SnapshotRow } from '#protocol';
import { entitledEpoch } from '../access/entitled-epoch.ts';
import type { Entitlement } from '../access/entitlement.ts';
import { closesUpTo } from './closes.ts';
import { findInstrument } from './find-instrument.ts';
import type { Timeline } from './timeline.ts';

const CLOSES = 60;

/**
 * The first rows of a timeline as plain data, for the server-rendered page.
 * @param symbol only this instrument; no row when there is none of that name
 * @param entitlement null = everything may be seen
 */
export function pageSnapshot(
  timeline: Timeline,
  rows: number,
  symbol?: string,
  entitlement: Entitlement | null = null,
): PageSnapshot {
  const { engine, source } = timeline;
  const { dictionary } = engine;
  const ids = dictionary
    .ids()
    .filter((id) => entitlement === null || entitlement.sees(dictionary.definition(id)));
  const named = symbol === undefined ? null : findInstrument(dictionary, symbol, entitlement);
  const shown = symbol === undefined ? ids.slice(0, rows) : named === null ? [] : [named];
  return {
    epoch: entitledEpoch(timeline.epoch, entitlement),
    asOf: engine.versions.current,
    generation: engine.dictionary.generation,
    timeUs: timeOf(timeline),
    mode: source.mode,
    simulated: source.feeds().some((feed) => feed.simulated),
    recording: source.recording,
    total: ids.length,
    rows: shown.map((id) => row(timeline, id)),
  };
}

function timeOf(timeline: Timeline): UnixUs {
  const { source } = timeline;
  return source.mode === 'live' ? timeline.nowUs() : source.positionUs();
}

function row(timeline: Timeline, id: InstrumentId): SnapshotRow {
  const { engine } = timeline;
  const { columns } = engine.state;
  const entry = engine.dictionary.entry(id);
  const minute = BAR_INTERVAL_SECONDS['1m'];
  return {
    entry: { ...entry, open: known(entry.open) },
    last: known(columns.last[id]!),
    bid: known(columns.bid[id]!),
    ask: known(columns.ask[id]!),
    bidSize: known(columns.bidSize[id]!),
    askSize: known(columns.askSize[id]!),
    high: known(columns.high[id]!),
    low: known(columns.low[id]!),
    volume: known(columns.volume[id]!),
    lastSize: known(columns.lastSize[id]!),
    tradeTimeUs: known(columns.tradeTimeUs[id]!),
    closes: closesUpTo(
      engine.bars.range(minute, id, 0, Number.POSITIVE_INFINITY, CLOSES),
      minute,
      CLOSES,
      timeOf(timeline),
    ),
  };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
