import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../engine/ports.ts';
import { recoverTape } from '../file/recover-tape.ts';
import { TapeError } from '../file/tape-error.ts';
import { TapeReader } from '../file/tape-reader.ts';
import { segmentsIn, type SegmentFile } from './segment-files.ts';

/** A segment that is written no more. */
export interface FinishedSegment extends SegmentFile {
  readonly bytes: number;
  readonly fromTimeUs: number;
  readonly toTimeUs: number;
}

export interface StandingSegments {
  finished: FinishedSegment[];
  /** Highest number that was given. */
  last: number;
  /** What the end of the last run has cost, one sentence; null when it ended in order. */
  notice: string | null;
}

/** What earlier runs left in the folder of a rolling tape, put in order. The caller holds the folder's lock. @throws TapeError */
export function standingSegments(folder: string, clock: Clock): StandingSegments {
  // Whoever wrote them is gone, since the folder is ours.
  for (const name of readdirSync(folder))
    if (/^segment-\d+\.tape\.(?:lock|packing)/.test(name)) rmSync(join(folder, name), { force: true });
  const files = segmentsIn(folder);
  const newest = files.at(-1);
  const notice = newest === undefined ? null : recovered(newest.path, clock);
  const finished: FinishedSegment[] = [];
  for (const file of files) {
    const segment = finishedSegment(file);
    if (segment === null) rmSync(file.path, { force: true });
    else finished.push(segment);
  }
  return { finished, last: newest?.number ?? 0, notice };
}

function recovered(path: string, clock: Clock): string | null {
  try {
    return recoverTape(path, clock);
  } catch (error) {
    if (error instanceof TapeError) return error.message;
    throw error;
  }
}

/** Null for a tape without an event. One that cannot be read counts by the time of its file. */
function finishedSegment(file: SegmentFile): FinishedSegment | null {
  const { size: bytes, mtimeMs } = statSync(file.path);
  try {
    const reader = TapeReader.open(file.path, { mayBeEmpty: true });
    const { events, firstTimeUs: fromTimeUs, lastTimeUs: toTimeUs } = reader;
    reader.close();
    return events === 0 ? null : { ...file, bytes, fromTimeUs, toTimeUs };
  } catch (error) {
    if (!(error instanceof TapeError)) throw error;
    return { ...file, bytes, fromTimeUs: Number.NaN, toTimeUs: mtimeMs * 1_000 };
  }
}
