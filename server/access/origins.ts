import { isLoopback } from './loopback.ts';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Which pages may open the socket. Compared as whole origins, never by part of their text.
 *
 * On loopback only the loopback names count as our own page, whatever the Host header says: a foreign name that was pointed at
 * this machine (DNS rebinding) is a foreign page.
 */
export class OriginPolicy {
  readonly #allowed: ReadonlySet<string>;
  readonly #loopback: boolean;

  constructor(host: string, allowed: readonly string[]) {
    this.#allowed = new Set(allowed);
    this.#loopback = isLoopback(host);
  }

  /**
   * @param origin the Origin header; absent for programs that are no browser, which carry no cookie that could be misused
   * @param hostHeader the Host header of the same request
   */
  allows(origin: string | undefined, hostHeader: string | undefined): boolean {
    if (origin === undefined) return true;
    if (this.#allowed.has(origin)) return true;
    if (hostHeader === undefined) return false;
    if (this.#loopback && !LOOPBACK_NAMES.includes(hostHeader.replace(/:\d+$/, ''))) return false;
    return origin === `http://${hostHeader}` || origin === `https://${hostHeader}`;
  }
}
