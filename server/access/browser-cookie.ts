import { isLoopback } from './loopback.ts';

/** How long "keep on this device" lasts at most, s. Chrome keeps no cookie for longer than 400 days. */
const KEPT_S_MAX = 90 * 86_400;
/** Browsers refuse a cookie whose name and value are longer together, bytes. */
export const COOKIE_BYTES_MAX = 4_096;

/** Loopback needs no TLS; everywhere else the browser refuses the name itself unless the cookie is Secure, for this host and all paths. */
const LOCAL_NAME = 'tickwire-viewer';
const SECURE_NAME = '__Host-tickwire-viewer';

/** The page that asks for it. */
export interface CookiePage {
  /** Host header of its request. A proxy may have put its own name for this server there. */
  readonly host: string | undefined;
  /** Origin header of its request, which no proxy changes; absent = it says none. */
  readonly origin?: string | undefined;
}

export interface CookieTerms extends CookiePage {
  /** How long it is kept, s; null = until the browser is closed. */
  readonly keepS: number | null;
}

/**
 * The cookie that holds a browser's token. No script can read it, and no other site makes the browser send it. Cookies do not know ports:
 * on loopback the name does, so that two servers of one machine do not sign each other out.
 */
function nameFor(host: string | undefined): string {
  const [, name = '', port = '80'] = /^(.*?)(?::(\d+))?$/.exec(host ?? '') ?? [];
  return isLoopbackName(name) ? `${LOCAL_NAME}-${port}` : SECURE_NAME;
}

/** The same for a sign-in, which may have come through a proxy on this machine. */
function nameOf({ host, origin }: CookiePage): string {
  const from = URL.parse(origin ?? '');
  const isNear = from === null || (from.protocol === 'http:' && isLoopbackName(from.hostname));
  return isNear ? nameFor(host) : SECURE_NAME;
}

const isLoopbackName = (name: string): boolean => isLoopback(name.replace(/^\[(.*)\]$/, '$1'));

/** Value of a Set-Cookie header; null = the token is too long for a browser. */
export function viewerCookie(token: string, { keepS, ...page }: CookieTerms): string | null {
  const name = nameOf(page);
  const value = encodeURIComponent(token);
  if (name.length + value.length > COOKIE_BYTES_MAX) return null;
  return parts(name, value, keepS === null ? null : Math.min(Math.floor(keepS), KEPT_S_MAX));
}

/** The same that ends it. */
export function noViewerCookie(page: CookiePage): string {
  return parts(nameOf(page), '', 0);
}

/** The token in a Cookie header; null = there is none. */
export function readViewerCookie(header: string | undefined, host: string | undefined): string | null {
  const cookies = (header ?? '').split(';').map((part) => part.trim());
  // Requests for pages say no origin. The first name is only ever had over TLS.
  for (const name of new Set([SECURE_NAME, nameFor(host)])) {
    const found = cookies.find((cookie) => cookie.startsWith(`${name}=`));
    if (found !== undefined) return decoded(found.slice(name.length + 1));
  }
  return null;
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value) || null;
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
