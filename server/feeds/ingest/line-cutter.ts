const LF = 10;

/**
 * Cuts bytes into lines of text as they come. A line that is too long is dropped and told once, and the next one is taken again.
 * Invariant: at most `lineBytesMax` bytes of an unfinished line are held.
 */
export class LineCutter {
  /** Number of the line that was handed out last, from 1. */
  line = 0;
  readonly #lineBytesMax: number;
  /** `null` = the line was too long. */
  readonly #onLine: (text: string | null, line: number) => void;
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #isSkipping = false;

  constructor(lineBytesMax: number, onLine: (text: string | null, line: number) => void) {
    this.#lineBytesMax = lineBytesMax;
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, from)) {
      this.#add(bytes.subarray(from, end));
      this.#emit();
      from = end + 1;
    }
    // A copy: whoever hands out these bytes may use their memory again.
    if (from < bytes.length) this.#add(Buffer.from(bytes.subarray(from)));
  }

  /** The end of the input: what is left is the last line. */
  finish(): void {
    if (this.#restBytes > 0 || this.#isSkipping) this.#emit();
  }

  #add(part: Uint8Array): void {
    if (this.#isSkipping || part.length === 0) return;
    if (this.#restBytes + part.length > this.#lineBytesMax) {
      this.#isSkipping = true;
      this.#rest = [];
      return;
    }
    this.#rest.push(part);
    this.#restBytes += part.length;
  }

  #emit(): void {
    const text = this.#isSkipping ? null : Buffer.concat(this.#rest).toString('utf8');
    this.#rest = [];
    this.#restBytes = 0;
    this.#isSkipping = false;
    this.line += 1;
    this.#onLine(text, this.line);
  }
}
