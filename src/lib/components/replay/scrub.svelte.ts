import { TAPE_NAME } from '../../../protocol/messages.ts';
import type { Replay } from './replay.svelte.ts';
import { browserAfter, SeekPace, type After } from './seek-pace.ts';

/**
 * One drag of the playhead: from live it opens the tape, standing; then it seeks at a bounded pace; let go, it plays on if it did, and
 * always where it came from live. Invariant: where it was let go is where it ends.
 */
export class Scrub {
  readonly #replay: Replay;
  readonly #pace: SeekPace;
  #isHeld = $state(false);
  #atUs = $state(0);
  #playsAfter = false;
  /** Where it was dragged to while the tape is being opened. */
  #waitingUs: number | null = null;

  constructor(replay: Replay, after: After = browserAfter) {
    this.#replay = replay;
    this.#pace = new SeekPace((timeUs) => replay.transport.seek(timeUs), after);
  }

  /** True from press to release. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Where the playhead is held. */
  get atUs(): number {
    return this.#atUs;
  }

  begin(): void {
    const { transport, isReplaying } = this.#replay;
    this.#isHeld = true;
    this.#playsAfter = isReplaying ? transport.wantsToPlay || transport.playing : true;
    if (isReplaying && transport.playing) transport.pause();
  }

  to(timeUs: number): void {
    const replay = this.#replay;
    this.#atUs = timeUs;
    if (replay.visit.isOpening) {
      this.#waitingUs = timeUs;
      return;
    }
    if (replay.isReplaying) return this.#pace.ask(timeUs);
    this.#waitingUs = timeUs;
    replay.visit.open({ recording: TAPE_NAME, timeUs, speed: 1, isPaused: true, loop: null, room: '' });
  }

  /** @param timeUs where it was let go; null = at the live edge */
  end(timeUs: number | null): void {
    const replay = this.#replay;
    this.#isHeld = false;
    if (timeUs === null) return replay.goLive();
    if (replay.visit.isOpening) {
      this.#waitingUs = timeUs;
      return;
    }
    this.#pace.finish(timeUs);
    if (this.#playsAfter) replay.transport.playFrom(timeUs);
  }

  /** A press of a key: many of them come as one. */
  nudge(timeUs: number): void {
    const replay = this.#replay;
    if (replay.visit.isOpening) {
      this.#waitingUs = timeUs;
      this.#playsAfter = true;
    } else if (replay.isReplaying) this.#pace.ask(timeUs);
    else replay.goTo(timeUs);
  }

  /** The drag was taken back: it stays where it is. */
  cancel(): void {
    this.#isHeld = false;
    this.#pace.stop();
  }

  /** The tape is there. */
  onArrived(): void {
    const timeUs = this.#waitingUs;
    this.#waitingUs = null;
    if (timeUs === null) return;
    if (this.#isHeld) return this.#pace.ask(timeUs);
    this.#pace.finish(timeUs);
    if (this.#playsAfter) this.#replay.transport.playFrom(timeUs);
  }

  /** Whatever was on its way does not count any more. */
  forget(): void {
    this.#pace.stop();
    this.#waitingUs = null;
  }
}
