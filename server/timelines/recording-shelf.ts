import type { InstrumentDefinition, WireBar } from '#protocol';
import type { Sight } from '../engine/selector.ts';
import type { RecordingReader } from '../tape/ports.ts';

/** Bars of an instrument before a time, oldest first, from whoever counted them already. */
export type BarsBefore = (
  instrument: InstrumentDefinition,
  intervalS: number,
  beforeS: number,
  count: number,
) => WireBar[] | Promise<WireBar[]>;

/** A recording that is open for one timeline. */
export interface OpenRecording {
  /** For people. */
  readonly name: string;
  readonly reader: RecordingReader;
  /** Absent = they are counted from the recording. */
  readonly barsBefore?: BarsBefore;
  close(): void;
}

/** Where recordings are found by name. */
export interface RecordingShelf {
  /**
   * Null when there is none of this name.
   * @param sight whoever sees nothing of a recording, or of one of several, is told that there is none
   * @throws Error one sentence when it cannot be read
   */
  open(name: string, sight?: Sight | null): Promise<OpenRecording | null>;
}
