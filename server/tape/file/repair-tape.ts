import type { InstrumentId } from '#protocol';
import type { Clock } from '../../engine/ports.ts';
import type { KeyframeInstrument } from './keyframe.ts';
import { openTapeWriter } from './open-tape-writer.ts';
import { stateOf } from './tape-state.ts';
import { tornMark } from './tape-notes.ts';
import { TapeReader } from './tape-reader.ts';

/** What a repair has saved, and what not. */
export interface RepairReport {
  events: number;
  /** Written once and not to be read any more, as far as the rest of the tape tells. */
  lostEvents: number;
  damagedBlocks: number;
  damagedBytes: number;
  /** Bytes of an unfinished block at the end. */
  cutBytes: number;
}

/**
 * Writes what a tape still holds into a new one. The damaged tape is only read. Each stretch that was lost becomes a note of kind
 * `gap` at its place. @throws TapeError
 */
export function repairTape(from: string, to: string, clock: Clock): RepairReport {
  const reader = TapeReader.open(from, { verify: true });
  try {
    const sources = reader.map.header?.sources ?? [];
    const from = stateOf(reader.instruments, reader.keyframeBefore(0)?.instruments ?? [], reader.firstTimeUs);
    const { writer } = openTapeWriter(to, { clock, sources, from, flushIntervalMs: 0, syncIntervalMs: 0 });
    const ids: InstrumentId[] = reader.instruments.map((instrument) => writer.define(instrument));
    const asWritten = (state: KeyframeInstrument): KeyframeInstrument => ({
      ...state,
      instrument: ids[state.instrument]!,
    });
    const gaps = reader.gaps();
    let next = 0;
    const { resets } = reader;
    const stops = new Set([...gaps.map(({ event }) => event), ...resets, reader.events]);
    for (const stop of [...stops].sort((one, other) => one - other)) {
      reader.play(next, stop, (event) => {
        event.instrument = ids[event.instrument]!;
        writer.onEvent(event);
      });
      next = stop;
      for (const gap of gaps.filter(({ event }) => event === stop))
        writer.note({
          kind: 'gap',
          text: `${gap.events.toLocaleString('en-US')} events were lost here.`,
          ...tornMark(gap),
        });
      if (resets.includes(stop)) writer.beginAnew(reader.keyframeBefore(stop)!.instruments.map(asWritten));
    }
    for (const { instrument, ...mark } of reader.notedGaps())
      writer.gap(instrument === undefined ? mark : { ...mark, instrument: ids[instrument]! });
    const { events } = writer;
    writer.close();
    const { damage, unfinishedBytes } = reader.map;
    return {
      events,
      lostEvents: reader.lostEvents,
      damagedBlocks: damage.length,
      damagedBytes: damage.reduce((sum, { bytes }) => sum + bytes, 0),
      cutBytes: unfinishedBytes,
    };
  } finally {
    reader.close();
  }
}
