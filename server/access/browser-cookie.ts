import { isLoopback } from './loopback.ts';

/** How long "keep on this device" lasts at most, s. Chrome keeps no cookie for longer than 400 days. */
const KEPT_S_MAX = 90 * 86_400;
/** Browsers refuse a cookie whose name and value are longer together, bytes. */
export const COOKIE_BYTES_MAX = 4_096;

/** Loopback needs no TLS; everywhere else the browser refuses the name itself unless the cookie is Secure, for this host and all paths. */
const LOCAL_NAME = 'tickwire-viewer';
const SECURE_NAME = '__Host-tickwire-viewer';

export interface CookieTerms {
  /** Host header of the request that sets it. */
  readonly host: string | undefined;
  /** How long it is kept, s; null = until the browser is closed. */
  readonly keepS: number | null;
}

/**
 * The cookie that holds a browser's token. No script can read it, and no other site makes the browser send it. Cookies do not know ports:
 * on loopback the name does, so that two servers of one machine do not sign each other out.
 */
function nameFor(host: string | undefined): string {
  const [, name = '', port = '80'] = /^(.*?)(?::(\d+))?$/.exec(host ?? '') ?? [];
  return isLoopback(name.replace(/^\[(.*)\]$/, '$1')) ? `${LOCAL_NAME}-${port}` : SECURE_NAME;
}

/** Value of a Set-Cookie header; null = the token is too long for a browser. */
export function viewerCookie(token: string, { host, keepS }: CookieTerms): string | null {
  const name = nameFor(host);
  const value = encodeURIComponent(token);
  if (name.length + value.length > COOKIE_BYTES_MAX) return null;
  return parts(name, value, keepS === null ? null : Math.min(Math.floor(keepS), KEPT_S_MAX));
}

/** The same that ends it. */
export function noViewerCookie(host: string | undefined): string {
  return parts(nameFor(host), '', 0);
}

/** The token in a Cookie header; null = there is none. */
export function readViewerCookie(header: string | undefined, host: string | undefined): string | null {
  const wanted = `${nameFor(host)}=`;
  const found = (header ?? '').split(';').find((part) => part.trim().startsWith(wanted));
  if (found === undefined) return null;
  try {
    return decodeURIComponent(found.trim().slice(wanted.length)) || null;
  } catch {
    return null;
  }
}

function parts(name: string, value: string, maxAgeS: number | null): string {
  return [
    `${name}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    ...(name === SECURE_NAME ? ['Secure'] : []),
    ...(maxAgeS === null ? [] : [`Max-Age=${maxAgeS}`]),
  ].join('; ');
}
