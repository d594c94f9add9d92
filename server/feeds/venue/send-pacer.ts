import type { Cancel, Clock } from '../../engine/ports.ts';
import type { RawFrame } from './ports.ts';

const WINDOW_US = 1_000_000;

/**
 * Lets frames out in order, at most so many in any second: venues cut those who are faster, and ban those who do it again.
 * Invariant: every frame is sent once and in order, or the pacer was closed.
 */
export class SendPacer {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #send: (frame: RawFrame) => void;
  readonly #waiting: { frame: RawFrame; onSent: (() => void) | undefined }[] = [];
  /** When the last `#perSecond` frames went, oldest first. */
  readonly #sentUs: number[] = [];
  #timer: Cancel | null = null;

  constructor(clock: Clock, framesPerSecond: number, send: (frame: RawFrame) => void) {
    this.#clock = clock;
    this.#perSecond = Math.max(1, Math.floor(framesPerSecond));
    this.#send = send;
  }

  /** @param onSent called when the last of them is out; at once when there is none */
  send(frames: readonly RawFrame[], onSent?: () => void): void {
    frames.forEach((frame, at) =>
      this.#waiting.push({ frame, onSent: at === frames.length - 1 ? onSent : undefined }),
    );
    if (frames.length === 0) onSent?.();
    if (this.#timer === null) this.#flush();
  }

  close(): void {
    this.#waiting.length = 0;
    this.#timer?.();
    this.#timer = null;
  }

  #flush(): void {
    this.#timer = null;
    while (this.#waiting.length > 0) {
      const nowUs = this.#clock.nowUs();
      const oldestUs = this.#sentUs.length < this.#perSecond ? -Infinity : this.#sentUs[0]!;
      if (nowUs - oldestUs < WINDOW_US) {
        this.#timer = this.#clock.after((oldestUs + WINDOW_US - nowUs) / 1000, () => this.#flush());
        return;
      }
      if (this.#sentUs.length === this.#perSecond) this.#sentUs.shift();
      this.#sentUs.push(nowUs);
      const { frame, onSent } = this.#waiting.shift()!;
      this.#send(frame);
      onSent?.();
    }
  }
}
