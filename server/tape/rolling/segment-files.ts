import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemFault } from '../file/tape-error.ts';

const NAME = /^segment-(\d{8,12})\.tape$/;

/** One file of a rolling tape. Numbers rise with time and are never given twice. */
export interface SegmentFile {
  readonly number: number;
  readonly name: string;
  readonly path: string;
}

export function segmentFile(folder: string, number: number): SegmentFile {
  const name = `segment-${String(number).padStart(8, '0')}.tape`;
  return { number, name, path: join(folder, name) };
}

/** The segments of a folder, oldest first; none where there is no folder. @throws TapeError */
export function segmentsIn(folder: string): SegmentFile[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw systemFault(folder, 'read', error);
  }
  const files: SegmentFile[] = [];
  for (const name of names) {
    const number = NAME.exec(name)?.[1];
    if (number !== undefined) files.push({ number: Number(number), name, path: join(folder, name) });
  }
  return files.sort((one, other) => one.number - other.number);
}
