import {
  BAR_INTERVAL_SECONDS,
  LIMITS,
  instrumentId,
  type ErrorName,
  type HistoryAnswer,
  type HistoryRequest,
  type InstrumentId,
  type UnixUs,
} from '#protocol';
import type { Engine } from '../engine/engine.ts';
import type { Sight } from '../engine/selector.ts';
import type { BarHistory } from './bar-history.ts';
import { closesUpTo } from './closes.ts';

/**
 * The answer to a viewer who asks for what was before.
 * @param nowUs time of the timeline
 * @param sight what cannot be seen is answered as what does not exist
 */
export async function answerHistory(
  engine: Engine,
  history: BarHistory,
  request: HistoryRequest,
  sight: Sight | null,
  nowUs: UnixUs,
): Promise<HistoryAnswer | ErrorName> {
  const { dictionary } = engine;
  const isThere = (id: InstrumentId): boolean =>
    dictionary.has(id) && sight?.sees(dictionary.definition(id)) !== false;
  const ids = request.kind === 'closes' ? request.instruments : [request.instrument];
  if (!ids.every(isThere)) return 'unknownInstrument';
  if (request.kind === 'trades') return trades(engine, request);
  return request.kind === 'bars' ? bars(engine, history, request) : closes(history, request, nowUs);
}

async function bars(
  engine: Engine,
  history: BarHistory,
  request: HistoryRequest & { kind: 'bars' },
): Promise<HistoryAnswer> {
  const { instrument, interval, beforeTimeUs, count, step = 1 } = request;
  const intervalS = BAR_INTERVAL_SECONDS[interval];
  const beforeS = beforeTimeUs === undefined ? undefined : beforeTimeUs / 1_000_000;
  const { bars: found, more } =
    step === 1
      ? await history.bars(instrument, intervalS, beforeS, count)
      : await history.merged(instrument, intervalS, beforeS, count, step);
  const rows = found.flatMap((bar) => [bar.startS, bar.open, bar.high, bar.low, bar.close, bar.volume]);
  const fromUs = (found[0]?.startS ?? Number.POSITIVE_INFINITY) * 1_000_000;
  const gaps = engine.gaps.between(instrument, fromUs, beforeTimeUs ?? Number.POSITIVE_INFINITY);
  return {
    ...headOf(request),
    kind: 'bars',
    instrument,
    interval,
    rows,
    more,
    ...(gaps.length === 0 ? {} : { gaps }),
  };
}

async function closes(
  history: BarHistory,
  request: HistoryRequest & { kind: 'closes' },
  nowUs: UnixUs,
): Promise<HistoryAnswer> {
  const { instruments, interval } = request;
  const count = Math.min(request.count, Math.ceil(LIMITS.historyClosesMax / instruments.length));
  const intervalS = BAR_INTERVAL_SECONDS[interval];
  const series: { instrument: InstrumentId; closes: number[] }[] = [];
  for (const instrument of instruments) {
    const found = await history.bars(instrument, intervalS, undefined, count);
    series.push({ instrument, closes: closesUpTo(found.bars, intervalS, count, nowUs) });
  }
  return { ...headOf(request), kind: 'closes', interval, series };
}

function trades(engine: Engine, request: HistoryRequest & { kind: 'trades' }): HistoryAnswer {
  const count = Math.min(request.count, LIMITS.tradeHistoryPerInstrument);
  const found = engine.trades.since(instrumentId(request.instrument), 1, count);
  const rows = found.trades.flatMap((trade, index) => [
    found.firstSeq + index,
    trade.venueTimeUs,
    trade.price,
    trade.size,
    trade.aggressor,
  ]);
  return { ...headOf(request), kind: 'trades', instrument: request.instrument, rows };
}

const headOf = ({ request }: HistoryRequest): { type: 'history'; request: number } => ({
  type: 'history',
  request,
});
