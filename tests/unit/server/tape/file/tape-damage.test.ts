import { crc32 as crc } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TapeError } from '../../../../../server/tape/file/tape-error.ts';
import { TapeReader } from '../../../../../server/tape/file/tape-reader.ts';
import { repairTape } from '../../../../../server/tape/file/repair-tape.ts';
import { clock, definition, eventsOf, freshPath, open, read, smallTape, trade, written } from './tapes.ts';

const { bytes, blocks } = smallTape();
const all = blocks.flat();
/** A byte in the second block of events: the third block of the file, after the dictionary. */
const secondEvents = bytes.indexOf('TBLK', bytes.indexOf('TBLK', bytes.indexOf('TBLK') + 4) + 4) + 70;
const other = definition('NEW');

/** The numbers of the whole blocks that these events are, in order; null where they are anything else. */
function blocksIn(events: readonly object[]): number[] | null {
  const texts = blocks.map((block) => JSON.stringify(block));
  const found: number[] = [];
  for (let at = 0; at < events.length; at += blocks[0]!.length) {
    const number = texts.indexOf(JSON.stringify(events.slice(at, at + blocks[0]!.length)));
    if (number <= (found.at(-1) ?? -1)) return null;
    found.push(number);
  }
  return found;
}

/** What is left of a tape; a refusal counts as nothing, anything else that is thrown as a fault of ours. */
function leftOf(path: string, verify: boolean): object[] {
  let reader: TapeReader | null = null;
  try {
    reader = TapeReader.open(path, { verify, mayBeEmpty: true });
    return eventsOf(reader);
  } catch (error) {
    if (error instanceof TapeError) return [];
    throw error;
  } finally {
    reader?.close();
  }
}

describe('a damaged tape', () => {
  it('[TF27] loses one block at most, whichever byte is wrong', () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= at % 2 === 0 ? 0x01 : 0xff;
      const path = written(damaged);
      for (const verify of [true, false]) {
        const kept = blocksIn(leftOf(path, verify));
        expect(kept, `byte ${at}`).not.toBeNull();
        expect(kept!.length, `byte ${at}`).toBeGreaterThanOrEqual(blocks.length - 1);
      }
    }
  }, 60_000);

  it('[TF28] keeps every whole block, at whichever length it was cut', () => {
    let longest = 0;
    for (let length = 0; length < bytes.length; length += 1) {
      const kept = blocksIn(leftOf(written(bytes.subarray(0, length)), false));
      expect(kept, `length ${length}`).toEqual([0, 1, 2, 3].slice(0, kept?.length));
      expect(kept!.length).toBeGreaterThanOrEqual(longest);
      longest = kept!.length;
    }
    expect(longest).toBe(blocks.length);
  }, 60_000);

  it('[TF28] can be written on at whichever length it was cut', () => {
    for (let length = 0; length < bytes.length; length += 37) {
      const path = written(bytes.subarray(0, length));
      const kept = leftOf(path, false);
      const writer = open(path, { existing: 'append' });
      const id = writer.define({ ...read(path, (reader) => reader.instruments[0] ?? other) });
      writer.onEvent(trade(id, 1_800_000_000_000_000, 42));
      writer.close();
      const events = read(path, eventsOf);
      expect(events.slice(0, -1), `length ${length}`).toEqual(kept);
      expect(events.at(-1)).toMatchObject({ price: 42 });
      expect(read(path, ({ map }) => [map.isClosed, map.isVerified, map.damage])).toEqual([true, false, []]);
    }
  }, 60_000);

  it('[TF27] says where events are missing and how many', () => {
    const damaged = Buffer.from(bytes);
    damaged[secondEvents]! ^= 0x10;
    const reader = TapeReader.open(written(damaged), { verify: true });
    expect(reader.map.damage).toMatchObject([{ what: 'a checksum is wrong' }]);
    expect(reader.gaps()).toMatchObject([{ event: 6, events: 6 }]);
    expect([reader.events, reader.lostEvents]).toEqual([18, 6]);
    reader.close();
  });

  it('is repaired into a tape that holds what it still held, and a note where something was lost', () => {
    const damaged = Buffer.from(bytes);
    for (const at of [3, secondEvents, bytes.length - 30]) damaged[at]! ^= 0x10;
    const from = written(damaged);
    const kept = leftOf(from, true);
    const to = freshPath();
    const report = repairTape(from, to, clock);
    expect(report).toMatchObject({ events: kept.length, lostEvents: all.length - kept.length });
    expect(kept.length).toBeGreaterThan(0);
    expect(read(to, eventsOf)).toEqual(kept);
    read(to, (reader) => {
      expect(reader.map.damage).toEqual([]);
      expect(reader.notes().map(({ kind }) => kind)).toEqual(['gap', 'anew']);
    });
    expect(() => repairTape(from, to, clock)).toThrow('exists already');
  });

  it.each([
    ['an empty file', ''],
    ['text', 'timestamp,price\n1,2\n'],
    ['blocks of nothing', 'TBLK'.repeat(100)],
  ])('%s is no tape', (_, text) => {
    expect(() => TapeReader.open(written(Buffer.from(text)))).toThrow(TapeError);
  });

  it('[TF3] of a later version is refused by that name', () => {
    const later = Buffer.from(bytes);
    later.writeUInt16LE(2, 8);
    const end = later.readUInt32LE(12);
    later.writeUInt32LE(crc(later.subarray(0, end - 4)), end - 4);
    expect(() => TapeReader.open(written(later))).toThrow(
      'is a tape of version 2: this program reads version 1.',
    );
  });
});
