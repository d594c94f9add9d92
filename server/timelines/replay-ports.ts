import type { MarketEvent, TimelineState, UnixUs } from '#protocol';
import type { Clock } from '../engine/ports.ts';
import type { RecordedState, RecordingReader } from '../tape/ports.ts';

export interface ReplayListener {
  /**
   * The position moved back, or far ahead: drop all state. With `from`, what is known there stands in its place. The events from there (or
   * from the start of the recording) up to the position follow as fast as possible, in slices, then `onSettled`.
   */
  onReset(from: RecordedState | null): void;
  /** A seek or step is done: the state is right for `positionUs`. */
  onSettled(): void;
  /** There is more than before. */
  onGrown(): void;
  onState(state: TimelineState): void;
  /** Recorded silence was jumped over. */
  onSkip(fromTimeUs: UnixUs, toTimeUs: UnixUs): void;
  /** Position or speed changed by other than the passing of time. */
  onClock(): void;
}

export interface ReplayOptions {
  recording: RecordingReader;
  clock: Clock;
  /** Takes the events. Must not command the source in return. */
  onEvent(event: MarketEvent): void;
  listener: ReplayListener;
  /** Recorded seconds a second. Default 1. */
  speed?: number;
  /** Recorded silence longer than this is jumped over while playing, us. Default 60 s. */
  skipIdleUs?: number;
  /** How often due events are let out, ms. Default 10. */
  tickMs?: number;
  /** Work done in one go before the rest of the process is let in, ms. Default 8. */
  sliceMs?: number;
}

/** A stretch that is played over and over. */
export interface LoopRange {
  readonly fromTimeUs: number;
  readonly toTimeUs: number;
}
