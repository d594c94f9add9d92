import type { ErrorName, OpenReplayCommand } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { Sight } from '../engine/selector.ts';
import type { OpenRecording, RecordingShelf } from './recording-shelf.ts';
import { startReplayTimeline } from './replay-timeline.ts';
import type { Timeline } from './timeline.ts';

const SWEEP_INTERVAL_MS = 5_000;
/** Recorded silence that a replay jumps over unless its viewer chooses otherwise, us. */
const SKIP_IDLE_US = 60_000_000;

interface Replay {
  readonly timeline: Timeline;
  readonly recording: OpenRecording;
  /** Recording and room; null = a viewer's own. */
  readonly shared: string | null;
  /** Since when nobody watches it, us; NaN while somebody does. */
  leftUs: number;
}

export interface TimelinesOptions {
  readonly main: Timeline;
  readonly clock: Clock;
  readonly shelf: RecordingShelf;
  /** Replays that may be open at once, besides the main timeline. */
  readonly replaysMax: number;
  /** How long one is kept that nobody watches, so that a lost connection finds it again, ms. */
  readonly idleMs: number;
  readonly log: (event: string, detail: Record<string, unknown>) => void;
}

/**
 * All timelines of this process: the main one, live or a replay that is served to everybody, and replays that viewers opened for
 * themselves or for a room. Invariant: what is open is bounded, and whatever nobody watches any more is closed.
 */
export class Timelines {
  readonly main: Timeline;
  readonly #options: TimelinesOptions;
  readonly #replays = new Set<Replay>();
  /** Runs while something is open. */
  #sweep: Cancel | null = null;
  /** Being opened. */
  #opening = 0;
  #isClosed = false;

  constructor(options: TimelinesOptions) {
    this.main = options.main;
    this.#options = options;
  }

  /** Replays that are open. */
  get replays(): number {
    return this.#replays.size;
  }

  /** The timeline of an epoch, for a viewer that comes back. */
  find(epoch: string): Timeline | null {
    if (this.main.epoch === epoch) return this.main;
    for (const { timeline } of this.#replays) if (timeline.epoch === epoch) return timeline;
    return null;
  }

  /** The replay of an epoch, the main one included where that is one. */
  findReplay(epoch: string): Timeline | null {
    const found = this.find(epoch);
    return found?.source.mode === 'replay' ? found : null;
  }

  /**
   * A timeline that plays what the command asks for, or why there is none.
   * @param sight whoever sees nothing of a recording is told that there is none
   */
  async open(command: OpenReplayCommand, sight: Sight | null = null): Promise<Timeline | ErrorName> {
    const shared = command.room === undefined ? null : `${command.recording}\n${command.room}`;
    const there = this.#shared(shared);
    if (there !== null) return showsSome(there, sight) ? there : 'unknownRecording';
    const { clock, shelf, replaysMax, log } = this.#options;
    if (this.#replays.size + this.#opening >= replaysMax && !this.#closeOneIdle()) return 'tooManyReplays';
    this.#opening += 1;
    let recording: OpenRecording | null;
    try {
      recording = await shelf.open(command.recording, sight);
    } catch (error) {
      log('recording not opened', { recording: command.recording, reason: (error as Error).message });
      return sight === null ? 'recordingUnreadable' : 'unknownRecording';
    } finally {
      this.#opening -= 1;
    }
    if (recording === null) return 'unknownRecording';
    // Somebody may have opened the room meanwhile, or the server may be closing.
    const meanwhile = this.#shared(shared);
    const { instruments } = recording.reader;
    const isSeen = sight === null || instruments.some((instrument) => sight.sees(instrument));
    if (meanwhile !== null || this.#isClosed || !isSeen) {
      recording.close();
      return (isSeen ? meanwhile : null) ?? 'unknownRecording';
    }
    const { timeUs, speed = 1, paused = false, room } = command;
    const timeline = startReplayTimeline({
      clock,
      recording: recording.reader,
      name: recording.name,
      speed,
      skipIdleUs: SKIP_IDLE_US,
      begin: { timeUs: timeUs ?? recording.reader.firstTimeUs, plays: !paused },
      ...(room === undefined ? {} : { room }),
      ...(recording.barsBefore === undefined ? {} : { barsBefore: recording.barsBefore }),
    });
    this.#sweep ??= clock.every(SWEEP_INTERVAL_MS, () => this.#closeIdle());
    this.#replays.add({ timeline, recording, shared, leftUs: Number.NaN });
    return timeline;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#sweep?.();
    await Promise.all([...this.#replays].map((replay) => this.#close(replay)));
    await this.main.close();
  }

  #shared(name: string | null): Timeline | null {
    if (name === null) return null;
    for (const replay of this.#replays) if (replay.shared === name) return replay.timeline;
    return null;
  }

  #closeIdle(): void {
    const nowUs = this.#options.clock.nowUs();
    for (const replay of this.#replays) {
      if (replay.timeline.viewers > 0) replay.leftUs = Number.NaN;
      else if (Number.isNaN(replay.leftUs)) replay.leftUs = nowUs;
      else if (nowUs - replay.leftUs >= this.#options.idleMs * 1000) void this.#close(replay);
    }
  }

  /** Makes room for another one. */
  #closeOneIdle(): boolean {
    for (const replay of this.#replays) {
      if (replay.timeline.viewers > 0) continue;
      void this.#close(replay);
      return true;
    }
    return false;
  }

  async #close(replay: Replay): Promise<void> {
    this.#replays.delete(replay);
    await replay.timeline.close();
    replay.recording.close();
  }
}

function showsSome({ engine: { dictionary } }: Timeline, sight: Sight | null): boolean {
  return sight === null || dictionary.ids().some((id) => sight.sees(dictionary.definition(id)));
}
