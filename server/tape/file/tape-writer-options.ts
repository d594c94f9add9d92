import type { Clock } from '../../engine/ports.ts';
import type { DefinedInstrument } from './dictionary-content.ts';
import type { EventScales } from './event-scales.ts';
import type { IndexBuilder } from './index-builder.ts';
import type { MarketMirror } from './market-mirror.ts';
import type { TapeError } from './tape-error.ts';
import type { TapeStorage } from './tape-storage.ts';

/** Where a tape stands that is written on. */
export interface TapePosition {
  sequence: number;
  events: number;
  timeUs: number;
  revision: number;
  instruments: DefinedInstrument[];
  /** Last index block of the file; 0 = none. */
  indexOffset: number;
}

export interface TapeWriterOptions {
  storage: TapeStorage;
  clock: Clock;
  position: TapePosition;
  /** The state of the market where the tape stands; null = no keyframes are written. */
  mirror: MarketMirror | null;
  scales: EventScales;
  index: IndexBuilder;
  /** Longest time for which an event waits for its block, ms; 0 = until the block is full. */
  flushIntervalMs: number;
  /** How often what was written is asked to reach the disk, ms; 0 = only when the tape is closed. */
  syncIntervalMs: number;
  /** Recording has stopped; told once. */
  onFault: (fault: TapeError) => void;
  /** The writer is done with its file. */
  onClose: () => void;
}
