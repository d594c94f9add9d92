import type { GapReason, UnixUs } from '#protocol';
import {
  BLOCK_DICTIONARY,
  BLOCK_EVENTS,
  BLOCK_FOOTER,
  BLOCK_HEAD_BYTES,
  BLOCK_INDEX,
  BLOCK_KEYFRAME,
  BLOCK_NOTES,
} from './block-head.ts';
import type { TapeHeader } from './file-header.ts';
import type { TapeGap } from './tape-gap.ts';
import { TapeReader } from './tape-reader.ts';
import type { Damage } from './tape-scan.ts';

const KIND_NAMES: Readonly<Record<number, string>> = {
  [BLOCK_DICTIONARY]: 'dictionary',
  [BLOCK_EVENTS]: 'events',
  [BLOCK_KEYFRAME]: 'keyframe',
  [BLOCK_NOTES]: 'notes',
  [BLOCK_INDEX]: 'index',
  [BLOCK_FOOTER]: 'footer',
};

/** What the file itself has to say, beside what any recording says. */
export interface TapeInspection {
  header: TapeHeader | null;
  isClosed: boolean;
  bytes: number;
  events: number;
  firstTimeUs: UnixUs;
  lastTimeUs: UnixUs;
  /** Bytes and number of blocks, by kind. */
  blocks: Record<string, { count: number; bytes: number }>;
  bytesAnEvent: number;
  lostEvents: number;
  /** Where events of the tape itself are missing. */
  gaps: TapeGap[];
  /** Where something was missing at the source or was not recorded, by reason, and how long in all. */
  gapMarks: { count: number; totalUs: number; byReason: Partial<Record<GapReason, number>> };
  damage: Damage[];
  unfinishedBytes: number;
  notes: number;
}

/** Looks at every block of a tape. @throws TapeError */
export function inspectTape(path: string): TapeInspection {
  const reader = TapeReader.open(path, { verify: true, mayBeEmpty: true });
  try {
    const { header, isClosed, blocks, damage, unfinishedBytes, end } = reader.map;
    const byKind: TapeInspection['blocks'] = {};
    for (const { head } of blocks) {
      const row = (byKind[KIND_NAMES[head.kind] ?? 'unknown'] ??= { count: 0, bytes: 0 });
      row.count += 1;
      row.bytes += BLOCK_HEAD_BYTES + head.storedBytes;
    }
    const bytes = end + unfinishedBytes;
    return {
      header,
      isClosed,
      bytes,
      events: reader.events,
      firstTimeUs: reader.firstTimeUs,
      lastTimeUs: reader.lastTimeUs,
      blocks: byKind,
      bytesAnEvent: reader.events === 0 ? 0 : bytes / reader.events,
      lostEvents: reader.lostEvents,
      gaps: reader.gaps(),
      gapMarks: countMarks(reader),
      damage,
      unfinishedBytes,
      notes: reader.notes().length,
    };
  } finally {
    reader.close();
  }
}

function countMarks(reader: TapeReader): TapeInspection['gapMarks'] {
  const counted: TapeInspection['gapMarks'] = { count: 0, totalUs: 0, byReason: {} };
  for (const { reason, fromTimeUs, toTimeUs } of reader.gapMarks()) {
    counted.count += 1;
    counted.totalUs += toTimeUs - fromTimeUs;
    counted.byReason[reason] = (counted.byReason[reason] ?? 0) + 1;
  }
  return counted;
}
