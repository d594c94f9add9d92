import type { VenuePort } from '../venue/ports.ts';
import type { KrakenRequests } from './subscribe.ts';
import type { KrakenFrame, KrakenResult } from './wire.ts';

const RATE_EXCEEDED = /exceeded msg rate/i;
const ALREADY = /already subscribed/i;

/** What the venue says to what we asked (KR6). */
export class KrakenAnswers {
  readonly #port: VenuePort;
  readonly #requests: KrakenRequests;
  /** The depth at which the venue serves a book. */
  readonly #onDepth: (symbol: string, depth: number) => void;

  constructor(port: VenuePort, requests: KrakenRequests, onDepth: (symbol: string, depth: number) => void) {
    this.#port = port;
    this.#requests = requests;
    this.#onDepth = onDepth;
  }

  take(frame: KrakenFrame): void {
    const { method, success, error } = frame;
    if (typeof error === 'string') return this.#refused(frame, error);
    if (method === 'pong') return this.#port.heartbeat();
    if (method === 'unsubscribe' && success === true) return undefined;
    if (method !== 'subscribe') return this.#port.unknown(`method ${String(method)}`);
    const { channel, symbol, depth } = (frame.result ?? {}) as KrakenResult;
    if (success !== true || typeof channel !== 'string')
      return this.#port.malformed('An answer to subscribe without a result.');
    // The channel `instrument` has no symbol; we do not ask for it.
    if (typeof symbol !== 'string') return this.#port.unexpected(`the answer for ${channel}`);
    if (channel === 'book' && /^\d{1,4}$/.test(String(depth))) this.#onDepth(symbol, Number(depth));
    return this.#port.acknowledged(symbol, channel);
  }

  #refused(frame: KrakenFrame, error: string): void {
    // Trying on at once would make it worse; a new connection is opened after a pause.
    if (RATE_EXCEEDED.test(error))
      return this.#port.fail('Kraken takes no more requests for now: "Exceeded msg rate".', false);
    const request = this.#requests.of(frame.req_id);
    const channel = request?.channel ?? 'subscription';
    const symbols =
      typeof frame.symbol === 'string'
        ? [frame.symbol]
        : (request?.symbols.filter((symbol, _at, { length }) => length === 1 || error.includes(symbol)) ??
          []);
    // Of what was given up already: there is nothing to tell.
    if (request?.method === 'unsubscribe' || frame.method === 'unsubscribe') return undefined;
    // An error that names nobody is one of the whole request.
    const named = symbols.length > 0 ? symbols : (request?.symbols ?? []);
    if (named.length === 0) return this.#port.unexpected(`the error "${error}"`);
    for (const symbol of named) {
      if (ALREADY.test(error)) this.#port.acknowledged(symbol, channel);
      else this.#port.refused(symbol, channel, error);
    }
    return undefined;
  }
}
