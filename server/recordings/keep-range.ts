import { unixUs, type InstrumentId } from '#protocol';
import type { Clock } from '../engine/ports.ts';
import type { SelectorSet } from '../engine/selector.ts';
import { MarketMirror } from '../tape/file/market-mirror.ts';
import { openTapeWriter } from '../tape/file/open-tape-writer.ts';
import { stateOf, type TapeState } from '../tape/file/tape-state.ts';
import type { TapeWriter } from '../tape/file/tape-writer.ts';
import type { GrowingReader } from '../tape/rolling/ports.ts';

/** Events between two words about the progress. */
const BATCH_EVENTS = 65_536;

export interface KeptRange {
  readonly fromUs: number;
  readonly toUs: number;
  readonly selectors: SelectorSet;
}

/**
 * Copies what a rolling tape holds of a span, both ends included, into a tape of its own, which begins with the state of that moment.
 * Returns its events. @throws TapeError
 */
export function keepRange(
  reader: GrowingReader,
  { fromUs, toUs, selectors }: KeptRange,
  path: string,
  clock: Clock,
  onProgress: (done: number) => void,
): number {
  const from = Math.max(reader.firstEvent, reader.indexAt(fromUs - 1));
  const to = Math.max(from, reader.indexAt(toUs));
  const chosen = [...reader.instruments.keys()].filter((id) => selectors.matches(reader.instruments[id]!));
  const ids: (InstrumentId | undefined)[] = [];
  for (const [id, instrument] of chosen.entries()) ids[instrument] = id as InstrumentId;
  const { writer } = openTapeWriter(path, {
    clock,
    sources: ['tape'],
    from: stateBefore(reader, from, chosen, fromUs),
    flushIntervalMs: 0,
    syncIntervalMs: 0,
  });
  try {
    copy(reader, writer, ids, from, to, onProgress);
    for (const { instrument, ...mark } of reader.gapMarks?.() ?? []) {
      if (mark.toTimeUs < fromUs || mark.fromTimeUs > toUs) continue;
      const id = instrument === undefined ? undefined : ids[instrument];
      if (instrument === undefined) writer.gap(mark);
      else if (id !== undefined) writer.gap({ ...mark, instrument: id });
    }
  } finally {
    writer.close();
  }
  return writer.events;
}

/** What is known of the chosen instruments before an event, with their places in the list as ids. */
function stateBefore(
  reader: GrowingReader,
  event: number,
  chosen: readonly number[],
  timeUs: number,
): TapeState {
  const keyframe = reader.keyframeBefore(event);
  const mirror = new MarketMirror();
  mirror.reserve(reader.instruments.length);
  mirror.load(keyframe?.instruments ?? []);
  reader.play(keyframe?.event ?? event, event, (one) => mirror.onEvent(one));
  const places = new Map(chosen.map((instrument, id) => [instrument, id]));
  const known = mirror.capture().filter(({ instrument }) => places.has(instrument));
  for (const state of known) state.instrument = places.get(state.instrument)!;
  return stateOf(
    chosen.map((instrument) => reader.instruments[instrument]!),
    known,
    unixUs(timeUs),
  );
}

function copy(
  reader: GrowingReader,
  writer: TapeWriter,
  ids: readonly (InstrumentId | undefined)[],
  from: number,
  to: number,
  onProgress: (done: number) => void,
): void {
  for (let at = from; at < to;) {
    const next = Math.min(to, at + BATCH_EVENTS);
    reader.play(at, next, (event) => {
      const id = ids[event.instrument];
      if (id === undefined) return;
      event.instrument = id;
      writer.onEvent(event);
    });
    if (writer.fault !== null) throw writer.fault;
    at = next;
    onProgress((at - from) / (to - from));
  }
}
