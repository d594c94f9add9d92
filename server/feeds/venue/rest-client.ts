import type { Cancel, Clock } from '../../engine/ports.ts';
import type { VenueRest } from './ports.ts';

const TIMEOUT_MS = 10_000;
/** Venues limit REST by address: after a reconnect every instrument may want its trades at once. */
const IN_FLIGHT_MAX = 4;
const WAITING_MAX = 1_000;
/** "Too many requests", and what Binance bans those with who go on: nobody asks before the venue's time, or this, is over. */
const TOO_MANY = [429, 418];
const QUIET_S = 10;
const QUIET_S_MAX = 600;
/** Binance's list of all instruments is the longest answer known: about 20 MB. */
const ANSWER_CHARACTERS_MAX = 64 * 1024 * 1024;

/** Asks a venue's REST interface, a few requests at a time. Not a cache. */
export class RestClient implements VenueRest {
  readonly #base: string;
  readonly #clock: Clock;
  readonly #fetch: typeof fetch;
  readonly #open = new Set<AbortController>();
  readonly #waiting: (() => void)[] = [];
  #isClosed = false;
  #quietUntilUs = 0;

  constructor(options: { base: string; clock: Clock; fetch: typeof fetch }) {
    this.#base = options.base.replace(/\/$/, '');
    this.#clock = options.clock;
    this.#fetch = options.fetch;
  }

  async text(path: string): Promise<string> {
    if (this.#base === '') throw new Error('This venue is asked nothing over REST.');
    if (this.#open.size >= IN_FLIGHT_MAX) {
      if (this.#waiting.length >= WAITING_MAX) throw new Error('Too many REST requests wait already.');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#isClosed) throw new Error('The feed was closed.');
    const quietUs = this.#quietUntilUs - this.#clock.nowUs();
    if (quietUs > 0) {
      this.#waiting.shift()?.();
      throw new Error(`${this.#base} takes no more requests for ${Math.ceil(quietUs / 1e6)} s.`);
    }
    const controller = new AbortController();
    let cancel: Cancel = () => undefined;
    this.#open.add(controller);
    try {
      const late = new Promise<never>((_, reject) => {
        controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error));
        cancel = this.#clock.after(TIMEOUT_MS, () =>
          controller.abort(new Error(`${this.#base}${path} did not answer within ${TIMEOUT_MS / 1000} s.`)),
        );
      });
      return await Promise.race([this.#ask(path, controller.signal), late]);
    } finally {
      cancel();
      this.#open.delete(controller);
      this.#waiting.shift()?.();
    }
  }

  /** Ends what is under way; those who asked are told. */
  close(): void {
    this.#isClosed = true;
    for (const controller of this.#open) controller.abort(new Error('The feed was closed.'));
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async #ask(path: string, signal: AbortSignal): Promise<string> {
    const url = `${this.#base}${path}`;
    let response: Response;
    try {
      response = await this.#fetch(url, { signal, headers: { accept: 'application/json' } });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const { cause, message } = error as Error;
      throw new Error(`${url} cannot be reached: ${cause instanceof Error ? cause.message : message}.`, {
        cause: error,
      });
    }
    if (TOO_MANY.includes(response.status)) {
      const seconds = Number(response.headers.get('retry-after') ?? QUIET_S) || QUIET_S;
      this.#quietUntilUs = this.#clock.nowUs() + Math.min(seconds, QUIET_S_MAX) * 1e6;
    }
    if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
    const body = await response.text();
    if (body.length > ANSWER_CHARACTERS_MAX) throw new Error(`${url} answered with too much.`);
    return body;
  }
}
