import { captureText, type CaptureLine } from './capture-lines.ts';

/** What is told apart from a frame without quotes around it. */
const CONNECTION = /^[\w.-]{1,32}$/;

/**
 * The lines of a capture that is packed: `+<us> <frame>` for a frame that came so long after the line before, on the same connection, and
 * `+<us> <conn> <frame>` on another one; everything else in the form of `captureText`. What a packer has to keep of a stamp falls from five
 * bytes to two and a half, and no quote in a frame is escaped. Invariant: `CaptureLines` reads the same lines again.
 */
export class CaptureText {
  #conn = '';
  #timeUs = Number.NaN;

  of(line: CaptureLine): string {
    const text = this.#compact(line) ?? captureText(line);
    this.#timeUs = line.timeUs;
    if ('conn' in line) this.#conn = line.conn;
    return text;
  }

  /** Null for a line that cannot be told so. */
  #compact(line: CaptureLine): string | null {
    if (line.kind !== 'in' || typeof line.raw !== 'string' || !isPlain(line.raw)) return null;
    const passedUs = line.timeUs - this.#timeUs;
    if (!(passedUs >= 0)) return null;
    if (line.conn === this.#conn) return `+${passedUs} ${line.raw}`;
    return CONNECTION.test(line.conn) ? `+${passedUs} ${line.conn} ${line.raw}` : null;
  }
}

/** Whether a frame is one line of text that begins and ends as JSON does. */
function isPlain(raw: string): boolean {
  const first = raw[0];
  const last = raw.at(-1);
  if (!(first === '{' && last === '}') && !(first === '[' && last === ']')) return false;
  return !raw.includes('\n') && !raw.includes('\r');
}
