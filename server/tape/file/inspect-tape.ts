import type { UnixUs } from '#protocol';
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
  gaps: TapeGap[];
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
      damage,
      unfinishedBytes,
      notes: reader.notes().length,
    };
  } finally {
    reader.close();
  }
}
