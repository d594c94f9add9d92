const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_MAP = 123;
const CLOSE_MAP = 125;

/** Rows hold lists of levels, and these pairs. */
export const DEPTH_MAX = 6;
/** A row has some ten fields. */
const KEYS_MAX = 64;

/**
 * Why a text must not be given to JSON.parse; null when it may be. Parsing a megabyte of brackets or of different keys holds up the
 * process for a tenth of a second and more; this look at it takes 2 ms. It does not judge whether the text is JSON.
 */
export function unsoundShape(text: string): string | null {
  /** Commas of the maps around the current place, by depth; -1 = a list. */
  const commas = new Int32Array(DEPTH_MAX + 2);
  let depth = 0;
  commas[0] = -1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfText(text, at + 1);
    } else if (code === COMMA) {
      if (commas[depth]! >= 0 && (commas[depth]! += 1) >= KEYS_MAX)
        return `an object has more than ${KEYS_MAX} fields`;
    } else if (code === OPEN_LIST || code === OPEN_MAP) {
      depth += 1;
      if (depth > DEPTH_MAX) return `it is nested deeper than ${DEPTH_MAX}`;
      commas[depth] = code === OPEN_MAP ? 0 : -1;
    } else if ((code === CLOSE_LIST || code === CLOSE_MAP) && depth > 0) {
      depth -= 1;
    }
  }
  return null;
}

/** Where the text that begins at `from` has its closing quote. */
function endOfText(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}
