import type { ThrottledMessage, ThrottleReason } from '#protocol';
import type { ClientClock } from './client-clock.ts';

/** A notice stands at least this long after its cause was last heard, ms: what comes and goes faster is not read and draws every eye. */
export const NOTICE_MIN_MS = 2_000;

const WHY: Readonly<Record<Exclude<ThrottleReason, 'recovered'>, string>> = {
  'queue-full': 'this connection is slow',
  'client-lag': 'this device is behind',
  'server-busy': 'the server is busy',
};

/** `Slowed to 10 Hz: the server is busy.`; empty for `recovered`. */
export function throttledSentence({ reason, maxRateHz }: ThrottledMessage): string {
  if (reason === 'recovered') return '';
  // A reason of a later version of the protocol has no words here.
  const why = (WHY as Readonly<Record<string, string>>)[reason] ?? 'the server says so';
  return maxRateHz > 0 ? `Slowed to ${maxRateHz} Hz: ${why}.` : `Updates are merged: ${why}.`;
}

/** The sentence that tells the viewer that the server serves slower than granted. Invariant: no timer while there is none. */
export class ThrottleNotice {
  sentence = '';
  readonly #clock: ClientClock;
  readonly #onChange: () => void;
  /** When the server last said that it serves slower, us. */
  #saidUs = 0;
  #cancelEnd: (() => void) | null = null;

  constructor(clock: ClientClock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  onThrottled(message: ThrottledMessage): void {
    this.#keep();
    const sentence = throttledSentence(message);
    if (sentence !== '') {
      this.#saidUs = this.#clock.nowUs();
      return this.#say(sentence);
    }
    const restMs = NOTICE_MIN_MS - (this.#clock.nowUs() - this.#saidUs) / 1000;
    if (this.sentence === '' || restMs <= 0) return this.#say('');
    this.#cancelEnd = this.#clock.after(restMs, () => {
      this.#cancelEnd = null;
      this.#say('');
    });
  }

  /** Nothing is known of a new connection; nobody is told, since whoever calls this reports anyway. */
  restart(): void {
    this.#keep();
    this.sentence = '';
  }

  #keep(): void {
    this.#cancelEnd?.();
    this.#cancelEnd = null;
  }

  #say(sentence: string): void {
    if (sentence === this.sentence) return;
    this.sentence = sentence;
    this.#onChange();
  }
}
