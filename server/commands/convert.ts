import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { InstrumentId } from '#protocol';
import { systemClock } from '../clock.ts';
import { openRecording, type ImportReport } from '../formats/open-recording.ts';
import { openTapeWriter } from '../tape/file/open-tape-writer.ts';
import { TapeError } from '../tape/file/tape-error.ts';

/** What became of the files. */
export interface Conversion {
  report: ImportReport;
  events: number;
  /** Events whose values no tape can hold. */
  refused: number;
  bytes: number;
}

/** `tickwire convert INPUT... --out x.tape`: any readable recordings, merged by time, as one tape. @throws RecordingError, TapeError */
export async function convertFiles(paths: readonly string[], to: string): Promise<Conversion> {
  // Before minutes of reading that end in the same refusal.
  if (statSync(to, { throwIfNoEntry: false }) !== undefined)
    throw new TapeError('exists', to, 'exists already: name a file that does not.');
  const { recording, report } = await openRecording(paths);
  const { writer } = openTapeWriter(to, {
    clock: systemClock,
    sources: paths.map((path) => basename(path)),
    flushIntervalMs: 0,
    syncIntervalMs: 0,
  });
  try {
    const ids: InstrumentId[] = recording.instruments.map((instrument) => writer.define(instrument));
    recording.play(0, recording.events, (event) => {
      event.instrument = ids[event.instrument]!;
      writer.onEvent(event);
    });
  } finally {
    writer.close();
  }
  return { report, events: writer.events, refused: writer.refused, bytes: statSync(to).size };
}

/** The outcome for people. */
export function conversionText({ report, events, refused, bytes }: Conversion, to: string): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  const each = (bytes / Math.max(1, events)).toFixed(2);
  const lines = [
    `Wrote ${number(events)} events of ${number(report.rows)} rows to ${to}: ${number(bytes)} bytes, ${each} an event.`,
  ];
  if (refused > 0)
    lines.push(`${number(refused)} events have values that no tape can hold and were left out.`);
  return lines.join('\n');
}
