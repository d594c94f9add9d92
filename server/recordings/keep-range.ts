import { unixUs, type InstrumentId } from '#protocol';
import type { Clock } from '../engine/ports.ts';
import type { SelectorSet } from '../engine/selector.ts';
import type { KeyframeInstrument } from '../tape/file/keyframe.ts';
import { MarketMirror } from '../tape/file/market-mirror.ts';
import { openTapeWriter } from '../tape/file/open-tape-writer.ts';
import { stateOf } from '../tape/file/tape-state.ts';
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
 * Copies what a rolling tape holds of a span, both ends included, into a tape of its own, which begins with the state of that moment; where the
 * server was started anew in between, the state does so too.
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
    from: stateOf(
      chosen.map((instrument) => reader.instruments[instrument]!),
      stateBefore(reader, from, ids),
      unixUs(fromUs),
    ),
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

type Ids = readonly (InstrumentId | undefined)[];

/** What is known of the chosen instruments before an event. */
function stateBefore(reader: GrowingReader, event: number, ids: Ids): KeyframeInstrument[] {
  const keyframe = reader.keyframeBefore(event);
  const mirror = new MarketMirror();
  mirror.reserve(reader.instruments.length);
  mirror.load(keyframe?.instruments ?? []);
  reader.play(keyframe?.event ?? event, event, (one) => mirror.onEvent(one));
  return mirror.capture().flatMap((state) => {
    const id = ids[state.instrument];
    return id === undefined ? [] : { ...state, instrument: id };
  });
}

function copy(
  reader: GrowingReader,
  writer: TapeWriter,
  ids: Ids,
  from: number,
  to: number,
  onProgress: (done: number) => void,
): void {
  for (let at = from; at < to;) {
    const resets = reader.resets.filter((event) => event > from && event <= to);
    // The server was started anew: what it knew before is not what the events behind it were told against.
    if (resets.includes(at)) writer.beginAnew(stateBefore(reader, at, ids));
    const next = Math.min(to, at + BATCH_EVENTS, ...resets.filter((event) => event > at));
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
