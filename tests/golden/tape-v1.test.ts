import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { contentOf } from '../../server/tape/file/tape-scan.ts';
import { BLOCK_INDEX, BLOCK_FOOTER } from '../../server/tape/file/block-head.ts';
import { TapeBytes } from '../../server/tape/file/tape-bytes.ts';
import { TapeReader } from '../../server/tape/file/tape-reader.ts';
import {
  DEFINITIONS,
  GOLDEN_ANEW,
  GOLDEN_ANEW_EVENT,
  GOLDEN_GAPS,
  goldenEvents,
  writeAnew,
  writeGaps,
  writeGolden,
} from './tape-v1/market.ts';

const GOLDEN = fileURLToPath(new URL('tape-v1/market.tape', import.meta.url));
const GAPS = fileURLToPath(new URL('tape-v1/gaps.tape', import.meta.url));
const ANEW = fileURLToPath(new URL('tape-v1/anew.tape', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tickwire-golden-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Kind and unpacked content of every block: what is packed may differ from one zstd to the next, and with it where blocks stand. */
function contents(path: string): [kind: number, content: string][] {
  const bytes = new TapeBytes(path);
  const reader = TapeReader.open(path);
  const blocks = reader.map.blocks.filter(
    ({ head }) => head.kind !== BLOCK_INDEX && head.kind !== BLOCK_FOOTER,
  );
  const all = blocks.map((block): [number, string] => [
    block.head.kind,
    Buffer.from(contentOf(bytes, block)).toString('hex'),
  ]);
  reader.close();
  bytes.close();
  return all;
}

describe('a tape of version 1', () => {
  it('[TF3] is read as it was written, whatever this program writes today', () => {
    const reader = TapeReader.open(GOLDEN, { verify: true });
    expect(reader.map.header).toMatchObject({
      version: 1,
      sources: ['golden'],
      createdUs: 1_790_856_000_000_000,
    });
    expect(reader.instruments.toSorted((one, other) => (one.symbol < other.symbol ? -1 : 1))).toEqual(
      DEFINITIONS,
    );
    const events: object[] = [];
    reader.play(0, reader.events, (event) => {
      events.push({ ...structuredClone(event), instrument: reader.fileId(event.instrument) });
    });
    expect(events).toEqual(goldenEvents());
    expect(reader.notes()).toMatchObject([{ kind: 'feed', state: 'live', event: 12 }]);
    expect(reader.keyframeBefore(12)).toMatchObject({ event: 12 });
    expect(reader.map.damage).toEqual([]);
    reader.close();
  });

  it('[TF20] [TF29] with gaps is read as it was written, and the events are those of one without', () => {
    const reader = TapeReader.open(GAPS, { verify: true });
    const marks = reader.gapMarks().map((mark) => {
      return mark.instrument === undefined ? mark : { ...mark, instrument: reader.fileId(mark.instrument) };
    });
    expect(marks).toEqual(GOLDEN_GAPS);
    expect(reader.notes().map(({ kind, text }) => [kind, text])).toEqual([
      ['gap', 'The connection to the source was lost.'],
      ['gap', 'The source fell silent.'],
    ]);
    expect(reader.events).toBe(goldenEvents().length);
    reader.close();
    const path = join(folder, 'gaps.tape');
    writeGaps(path);
    expect(contents(path)).toEqual(contents(GAPS));
  });

  it('[TF20] [TF30] kept over a restart is read as it was written: there the state begins anew', () => {
    const reader = TapeReader.open(ANEW, { verify: true });
    expect(reader.resets).toEqual([GOLDEN_ANEW_EVENT]);
    expect(reader.notes()).toMatchObject([{ kind: 'anew', event: GOLDEN_ANEW_EVENT }]);
    const keyframe = reader.keyframeBefore(GOLDEN_ANEW_EVENT)!;
    expect(keyframe.event).toBe(GOLDEN_ANEW_EVENT);
    expect(
      keyframe.instruments.map((state) => ({ ...state, instrument: reader.fileId(state.instrument) })),
    ).toEqual([GOLDEN_ANEW]);
    const after = reader.keyframeBefore(reader.events)!.instruments;
    const trades = new Map(after.map((state) => [reader.fileId(state.instrument), state.trades]));
    expect([...trades].sort()).toEqual([
      [0, 0],
      [1, GOLDEN_ANEW.trades],
    ]);
    expect(reader.events).toBe(goldenEvents().length);
    expect(reader.map.damage).toEqual([]);
    reader.close();
    const path = join(folder, 'anew.tape');
    writeAnew(path);
    expect(contents(path)).toEqual(contents(ANEW));
  });

  it('[TF12] [TF14] [TF15] [TF16] [TF17] is written as it was, each kind of event', () => {
    const path = join(folder, 'again.tape');
    writeGolden(path);
    expect(contents(path)).toEqual(contents(GOLDEN));
  });
});
