import { crc32, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { smallTape } from './tapes.ts';

const { bytes } = smallTape();

interface Block {
  at: number;
  kind: number;
  stored: Buffer;
  raw: Buffer;
  events: number;
  firstEvent: number;
  revision: number;
}

/** Reads the file by the words of docs/protocol/TAPE.md, with nothing of the program's. */
function blocks(): Block[] {
  const found: Block[] = [];
  for (let at = bytes.readUInt32LE(12); at < bytes.length;) {
    const head = bytes.subarray(at, at + 64);
    expect(head.toString('latin1', 0, 4)).toBe('TBLK');
    expect(head.readUInt32LE(60)).toBe(crc32(head.subarray(0, 60)));
    expect(head.readUInt32LE(8)).toBe(found.length);
    const stored = bytes.subarray(at + 64, at + 64 + head.readUInt32LE(12));
    expect(head.readUInt32LE(16)).toBe(crc32(stored));
    const raw = head[5] === 1 ? zstdDecompressSync(stored) : stored;
    expect(raw.length).toBe(head.readUInt32LE(36));
    found.push({
      at,
      kind: head[4]!,
      stored,
      raw,
      events: head.readUInt32LE(20),
      firstEvent: head.readDoubleLE(24),
      revision: head.readUInt32LE(32),
    });
    at += 64 + stored.length;
  }
  return found;
}

describe('the layout of a tape', () => {
  it('[TF2] begins with a header that names its version, its time and its sources', () => {
    expect(bytes.toString('latin1', 0, 8)).toBe('\u0089TAPE\r\n\u001a');
    expect(bytes.readUInt16LE(8)).toBe(1);
    const end = bytes.readUInt32LE(12);
    expect(bytes.readUInt32LE(end - 4)).toBe(crc32(bytes.subarray(0, end - 4)));
    expect(bytes.readDoubleLE(16)).toBe(1_790_856_000_000_000);
    expect(JSON.parse(bytes.toString('utf8', 24, end - 4))).toEqual({ sources: [], flushIntervalMs: 0 });
  });

  it('[TF1] [TF4] [TF5] goes on with blocks that a reader can walk and check without knowing what is in them', () => {
    const kinds = blocks().map(({ kind }) => kind);
    expect(kinds).toEqual([1, 2, 2, 2, 2, 3, 1, 5, 6]);
    const events = blocks().filter(({ kind }) => kind === 2);
    expect(events.map(({ firstEvent, events: count }) => [firstEvent, count])).toEqual([
      [0, 6],
      [6, 6],
      [12, 6],
      [18, 6],
    ]);
  });

  it('[TF9] tells of its instruments before the first event of any', () => {
    const [dictionary] = blocks();
    expect(JSON.parse(dictionary!.raw.toString('utf8'))).toMatchObject({
      revision: 2,
      instruments: [
        { venue: 'test', symbol: 'AAA', tick: [1, 2], lot: [1, 0], since: 1 },
        { symbol: 'BBB', tick: [1, 4], since: 2 },
      ],
    });
    expect(dictionary!.revision).toBe(2);
  });

  it('[TF21] [TF22] ends with an index of its blocks and a footer that says where the index is', () => {
    const all = blocks();
    const [index, footer] = all.slice(-2);
    expect(footer!.stored.toString('latin1', 8)).toBe('TAPEEND\n');
    expect(footer!.stored.readDoubleLE(0)).toBe(index!.at);
    // No index before it, seven blocks, from the first on, which begins with no event.
    expect([...index!.raw.subarray(0, 5)]).toEqual([0, 7, all[0]!.at, 0, 0]);
  });
});
