import type { RecordingReader } from '../tape/ports.ts';
import type { ExportOptions } from './export-options.ts';
import { ExportSelection } from './export-selection.ts';
import { eventText } from './export-text.ts';
import { hasEventsThatMerge } from './tardis-book-rows.ts';

export { mainKind } from './export-selection.ts';

export interface ExportCounts {
  /** Events that were written, bars that were made of trades among them. */
  events: number;
}

/**
 * A recording as text, piece by piece: whoever reads it sets the pace, and only one piece is in memory. `counts` is kept up to date.
 */
export function* exportedText(
  recording: RecordingReader,
  options: ExportOptions,
  counts: ExportCounts,
): Generator<string, void, undefined> {
  const { format, channel, times } = options;
  const selection = new ExportSelection(recording, options);
  const isNumbered = format === 'csv' && channel?.kind === 'book' && hasEventsThatMerge(selection);
  const text = eventText(format, channel?.kind ?? null, times, isNumbered);
  let lines = text.head(selection.instruments);
  const steps = selection.steps((event) => {
    counts.events += 1;
    lines += text.event(event, recording.instruments[event.instrument]!);
  });
  while (steps.next().done !== true) {
    if (lines === '') continue;
    yield lines;
    lines = '';
  }
  if (lines !== '') yield lines;
}
