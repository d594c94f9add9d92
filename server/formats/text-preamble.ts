const HEAD_BYTES = 4_096;
const LF = 10;

/** What stands above the first row of a text. */
export interface Preamble {
  /** Bytes of it. */
  readonly length: number;
  /** Lines of it, so that rows keep their numbers. */
  readonly lines: number;
}

export const NO_PREAMBLE: Preamble = { length: 0, lines: 0 };
const MARKS = /[,;\t|]/g;
/** Words of a person or an address: no cells, and nothing that another format begins with. */
const TITLE = /^(?=.*[A-Za-z])[\w .:/()&+'-]{1,200}$/;

/**
 * Lines above the rows of CSV that are none: comments (#), Excel's `sep=;`, and a title, as cryptodatadownload.com has one, where a row of
 * at least three cells comes next. Of a header that is a comment itself only the `#` belongs to it.
 */
export function textPreamble(bytes: Uint8Array): Preamble {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString(
    'latin1',
  );
  const start = head.startsWith('\xEF\xBB\xBF') ? 3 : 0;
  const lines = head
    .slice(start)
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  let at = 0;
  while (at < lines.length - 1 && isAbove(lines, at)) at += 1;
  if (at === 0) return NO_PREAMBLE;
  const header = /^#\s*/.exec(lines[at - 1]!);
  if (header !== null && cellsOf(lines[at - 1]!) > 2 && cellsOf(lines[at - 1]!) === cellsOf(lines[at]!))
    return { length: lengthOf(bytes, at - 1, start) + header[0].length, lines: at - 1 };
  return { length: lengthOf(bytes, at, start), lines: at };
}

function isAbove(lines: readonly string[], at: number): boolean {
  const line = lines[at]!;
  if (line.startsWith('#') || /^sep=.?$/i.test(line)) return true;
  if (at > 0 && line.trim() === '') return true;
  const next = lines.slice(at + 1).find((other) => other.trim() !== '');
  return TITLE.test(line) && next !== undefined && cellsOf(next) > 2;
}

function cellsOf(line: string): number {
  return (line.match(MARKS)?.length ?? 0) + 1;
}

function lengthOf(bytes: Uint8Array, lines: number, start: number): number {
  let length = start;
  for (let line = 0; line < lines; line += 1) length = bytes.indexOf(LF, length) + 1;
  return length;
}
