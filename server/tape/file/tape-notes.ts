import { TAPE_NAME, instrumentId, type GapMark } from '#protocol';
import { MalformedError } from './byte-cursor.ts';
import type { PlacedBlock } from './index-content.ts';
import { decodeNotes, gapOf, NOTE_ANEW, type TapeNote } from './note-content.ts';
import type { TapeBytes } from './tape-bytes.ts';
import type { TapeGap } from './tape-gap.ts';
import { contentOf } from './tape-scan.ts';

/** The notes of a tape, read when somebody asks, each block once. One that cannot be read has none. */
export class TapeNotes {
  readonly #bytes: TapeBytes;
  readonly #blocks: { readonly block: PlacedBlock; readonly event: number }[] = [];
  readonly #notes: TapeNote[] = [];
  readonly #anew: number[] = [];

  constructor(bytes: TapeBytes) {
    this.#bytes = bytes;
  }

  /** @param event events before it that can be read */
  add(block: PlacedBlock, event: number): void {
    this.#blocks.push({ block, event });
  }

  all(): readonly TapeNote[] {
    for (const { block, event } of this.#blocks.splice(0)) this.#read(block, event);
    return this.#notes;
  }

  /** Events that can be read before each place where the state begins anew. */
  anew(): readonly number[] {
    this.all();
    return this.#anew;
  }

  /** Gaps that the writer was told of. @param idOf what an instrument of the file is called; undefined = nobody knows it */
  gaps(idOf: (fileId: number) => number | undefined): GapMark[] {
    return this.all().flatMap((note) => {
      const mark = gapOf(note);
      if (mark?.instrument === undefined) return mark ?? [];
      const id = idOf(mark.instrument);
      return id === undefined ? [] : { ...mark, instrument: instrumentId(id) };
    });
  }

  #read(block: PlacedBlock, event: number): void {
    try {
      const notes = decodeNotes(contentOf(this.#bytes, block));
      this.#notes.push(...notes);
      if (notes.some(({ kind }) => kind === NOTE_ANEW)) this.#anew.push(event);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  }
}

/** Events that cannot be read, as a gap of everything. */
export function tornMark({ fromTimeUs, toTimeUs }: TapeGap): GapMark {
  return { feed: TAPE_NAME, fromTimeUs, toTimeUs, reason: 'recording' };
}
