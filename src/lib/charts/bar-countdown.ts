import { formatCountdown } from '../format/index.ts';

/** Bars shorter than this are not counted down: the text would change faster than it can be read. */
const COUNTED_MIN_S = 5;

/** Time left to the end of the interval that the timeline is in, as text; empty where nothing is counted. */
export function barCountdown(nowUs: number, intervalS: number): string {
  const nowS = nowUs / 1e6;
  if (intervalS < COUNTED_MIN_S || !(nowS > 0)) return '';
  return formatCountdown(Math.ceil(intervalS - (nowS % intervalS)));
}

/** How often the countdown is looked at, ms: late by this much at most. */
const CHECK_MS = 200;

/** Looks at a text again and again, and says when it is another. */
export class TextWatch {
  text = '';
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(read: () => string, onChange: (text: string) => void) {
    this.#timer = setInterval(() => {
      const before = this.text;
      this.text = read();
      if (this.text !== before) onChange(this.text);
    }, CHECK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
