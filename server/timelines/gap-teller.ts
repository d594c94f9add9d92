import { LIMITS, type GapMark, type ServerMessage } from '#protocol';
import type { GapLog } from '../engine/gap-log.ts';
import type { Cancel, Clock } from '../engine/ports.ts';

/** A lost connection leaves a gap in each of its instruments: they are told together. */
const GATHER_MS = 50;

/** Tells viewers of one timeline where something is missing: newcomers all that is kept, the others what is new. */
export class GapTeller {
  readonly #gaps: GapLog;
  #fresh: GapMark[] = [];
  #timer: Cancel | null = null;

  constructor(gaps: GapLog, clock: Clock, tell: (message: ServerMessage) => void) {
    this.#gaps = gaps;
    gaps.listen((mark) => {
      this.#fresh.push(mark);
      this.#timer ??= clock.after(GATHER_MS, () => {
        this.#timer = null;
        const marks = this.#fresh.splice(0).slice(-LIMITS.gapMarksMax);
        tell({ type: 'gaps', whole: false, marks });
      });
    });
  }

  /** For a newcomer; null when nothing is missing. */
  get whole(): ServerMessage | null {
    const { newest } = this.#gaps;
    return newest.length === 0 ? null : { type: 'gaps', whole: true, marks: [...newest] };
  }

  close(): void {
    this.#timer?.();
  }
}
