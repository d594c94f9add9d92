import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { InstrumentId } from '#protocol';
import { systemClock } from '../clock.ts';
import { streamRecording, type ImportReport, type OpenOptions } from '../formats/open-recording.ts';
import { openTapeWriter } from '../tape/file/open-tape-writer.ts';
import { TapeError } from '../tape/file/tape-error.ts';
import { isTapeFile } from '../tape/file/tape-file.ts';
import { WholeFile } from './whole-file.ts';

/** What became of the files. */
export interface Conversion {
  report: ImportReport;
  events: number;
  /** Events whose values no tape can hold. */
  refused: number;
  bytes: number;
}

/**
 * `tickwire convert INPUT... --out x.tape`: any readable recordings, merged by time, as one tape. A single one goes through in parts,
 * several are merged in memory. A failure leaves no tape. @throws RecordingError, TapeError
 */
export async function convertFiles(
  paths: readonly string[],
  to: string,
  options: OpenOptions = {},
): Promise<Conversion> {
  // Before minutes of reading that end in the same refusal.
  refuseExisting(to);
  for (const path of paths) refuseTape(path);
  const file = new WholeFile(to);
  try {
    const { writer } = openTapeWriter(file.path, {
      clock: systemClock,
      sources: paths.map((path) => basename(path)),
      flushIntervalMs: 0,
      syncIntervalMs: 0,
    });
    let report: ImportReport;
    try {
      report = await streamRecording(paths, options, (part) => {
        const ids: InstrumentId[] = part.instruments.map((instrument) => writer.define(instrument));
        part.play(0, part.events, (event) => {
          event.instrument = ids[event.instrument]!;
          writer.onEvent(event);
        });
        if (writer.fault !== null) throw writer.fault;
      });
    } finally {
      writer.close();
    }
    refuseExisting(to);
    file.keep();
    return { report, events: writer.events, refused: writer.refused, bytes: statSync(to).size };
  } catch (error) {
    file.drop();
    throw error;
  }
}

function refuseExisting(to: string): void {
  if (statSync(to, { throwIfNoEntry: false }) !== undefined)
    throw new TapeError('exists', to, 'exists already: name a file that does not.');
}

/** Played anew, a tape would lose its gap marks and notes. What is no file is told by whoever reads it. */
function refuseTape(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true || !isTapeFile(path)) return;
  throw new TapeError(
    'exists',
    path,
    'is a tape already: convert takes the files of others. Several play as one with tickwire replay, and tickwire export writes them as text.',
  );
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
  const { rows, first } = report.broken;
  if (rows > 0)
    lines.push(
      `${number(rows)} broken ${rows === 1 ? 'row was' : 'rows were'} left out, the first: ${first[0]!}`,
    );
  return lines.join('\n');
}
