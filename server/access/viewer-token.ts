import { SelectorSet } from '../engine/selector.ts';

/** A token that the operator wrote down, and whose it is. */
export interface ViewerToken {
  readonly user: string;
  readonly token: string;
  /** Selectors of what its bearer may see; absent = everything. */
  readonly symbols?: readonly string[];
  /** Us since 1970; absent = no end. */
  readonly expiresUs?: number;
}

/** What fits an Authorization header as it is (RFC 6750, b64token); 16 characters of it cannot be guessed over a network. */
const TOKEN = /^(?=.{16,512}$)[A-Za-z0-9._~+/-]+=*$/;
const USER = /^[\w.@+-]{1,64}$/;
/** Of a token that names nobody. */
const ANYBODY = 'viewer';
/** A date, or a time with its zone. */
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** `TOKEN` or `user=TOKEN`. Null when it is neither. */
export function parseViewerToken(text: string): ViewerToken | null {
  const [, user = '', token = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  // A token may itself end in signs of equality.
  if (USER.test(user) && TOKEN.test(token)) return { user, token };
  return TOKEN.test(text) ? { user: ANYBODY, token: text } : null;
}

/**
 * Reads a file of tokens: one a line, `user token [selectors] [until]`; selectors are separated by commas, `until` is a date or a time;
 * `#` begins a comment.
 * @returns the tokens, or the number of the first line that cannot be read
 */
export function parseViewerTokens(text: string): readonly ViewerToken[] | number {
  const tokens: ViewerToken[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line
      .replace(/(^|\s)#.*$/, '')
      .split(/\s+/)
      .filter(Boolean);
    if (words.length === 0) continue;
    const token = ofWords(words);
    if (token === null) return index + 1;
    tokens.push(token);
  }
  return tokens;
}

function ofWords(words: readonly string[]): ViewerToken | null {
  const [user = '', token = '', ...rest] = words;
  if (!USER.test(user) || !TOKEN.test(token) || rest.length > 2) return null;
  const until = rest.length > 0 && TIME.test(rest.at(-1)!) ? rest.at(-1)! : null;
  const selectors = until === null ? rest : rest.slice(0, -1);
  if (selectors.length > 1) return null;
  const symbols = selectors[0]?.split(',').filter(Boolean);
  if (symbols !== undefined && SelectorSet.parse(symbols) === null) return null;
  const expiresUs = until === null ? undefined : Date.parse(until) * 1000;
  if (Number.isNaN(expiresUs)) return null;
  return {
    user,
    token,
    ...(symbols === undefined ? {} : { symbols }),
    ...(expiresUs === undefined ? {} : { expiresUs }),
  };
}
