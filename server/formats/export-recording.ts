import type { MarketEvent } from '#protocol';
import type { RecordingReader } from '../tape/ports.ts';
import type { ExportKind, ExportOptions } from './export-options.ts';
import { eventText, type ExportedEvent } from './export-text.ts';
import { TradeBars } from './trade-bars.ts';

/** Events that are written before the reader of the text is asked whether it wants more. */
const EVENTS_A_CHUNK = 2_048;

export interface ExportCounts {
  /** Events that were written, bars that were made of trades among them. */
  events: number;
}

/** Which kind an export to CSV is of when nobody says: the first of these that the recording has. */
export function mainKind(recording: RecordingReader): ExportKind {
  const kinds: readonly ExportKind[] = ['trade', 'quote', 'bar', 'book'];
  const found = new Set<string>();
  for (let from = 0; from < recording.events && !found.has('trade'); from += EVENTS_A_CHUNK)
    recording.play(from, Math.min(recording.events, from + EVENTS_A_CHUNK), ({ type }) => found.add(type));
  return kinds.find((kind) => found.has(kind)) ?? 'trade';
}

/**
 * A recording as text, piece by piece: whoever reads it sets the pace, and only one piece is in memory. `counts` is kept up to date.
 */
export function* exportedText(
  recording: RecordingReader,
  options: ExportOptions,
  counts: ExportCounts,
): Generator<string, void, undefined> {
  const { instruments } = recording;
  const { channel, fromUs, toUs, symbols } = options;
  const isWanted = instruments.map((instrument) => symbols === null || symbols.matches(instrument));
  const text = eventText(options.format, channel?.kind ?? null, options.times);
  let lines = text.head(instruments.filter((_, id) => isWanted[id]));
  const write = (event: ExportedEvent): void => {
    counts.events += 1;
    lines += text.event(event, instruments[event.instrument]!);
  };
  const barSeconds = channel?.barSeconds ?? null;
  const made = barSeconds === null ? null : new TradeBars(barSeconds, write);
  const hasBars = made === null ? [] : instrumentsWithBars(recording, barSeconds!);
  const take = (event: MarketEvent): void => {
    if (event.type === 'statistics' || !isWanted[event.instrument]) return;
    if (made !== null && event.type === 'trade') {
      if (hasBars[event.instrument] !== true) made.trade(event);
    } else if (channel === null || event.type === channel.kind) {
      if (event.type !== 'bar' || barSeconds === null || event.intervalSeconds === barSeconds) write(event);
    }
  };
  const end = Number.isFinite(toUs) ? recording.indexAt(toUs - 1) : recording.events;
  let from = Number.isFinite(fromUs) ? recording.indexAt(fromUs - 1) : 0;
  for (; from < end; from += EVENTS_A_CHUNK) {
    recording.play(from, Math.min(end, from + EVENTS_A_CHUNK), take);
    if (lines === '') continue;
    yield lines;
    lines = '';
  }
  made?.finish();
  if (lines !== '') yield lines;
}

/** Which instruments have bars of a length themselves. Costs one pass over the recording. */
function instrumentsWithBars(recording: RecordingReader, seconds: number): boolean[] {
  const found: boolean[] = [];
  recording.play(0, recording.events, (event) => {
    if (event.type === 'bar' && event.intervalSeconds === seconds) found[event.instrument] = true;
  });
  return found;
}
