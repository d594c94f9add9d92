import { once } from 'node:events';
import { SOCKET_PATH, type Channel, type DictionaryEntry } from '#protocol';
import { TickwireClient } from '../../src/lib/client/tickwire-client.ts';
import { openWebSocket, type OpenSocket } from '../../src/lib/client/web-socket.ts';
import { systemClock } from '../clock.ts';
import type { Clock } from '../engine/ports.ts';
import { VERSION } from '../version.ts';
import {
  barLine,
  bookLine,
  changeLine,
  isQuoted,
  lostLine,
  quoteLine,
  tradeLine,
  type TailLine,
} from './tail-lines.ts';
import { tailText } from './tail-text.ts';

export interface TailOptions {
  /** `http://host:port` or `ws://host:port/ws`. */
  url: string;
  symbols: readonly string[];
  channels: readonly Channel[];
  rateHz: number;
  json: boolean;
  /** Where the server asks for one. */
  token?: string;
  /** Stop after this time. */
  seconds?: number;
  /** Stop after this many lines. */
  count?: number;
  write?: (line: string) => void;
  complain?: (sentence: string) => void;
  clock?: Clock;
  openSocket?: OpenSocket;
  random?: () => number;
  /** Ends it cleanly; default: SIGINT and SIGTERM. */
  signal?: AbortSignal;
}

/**
 * Prints live updates until it is told to stop. Returns the exit code: 1 when the server could not be reached or sent the
 * client away for good. A server that goes away later is waited for.
 */
export async function runTail(options: TailOptions): Promise<number> {
  const complain = options.complain ?? ((sentence) => void process.stderr.write(`${sentence}\n`));
  const url = socketUrl(options.url);
  if (url === null) {
    complain(`${options.url} is no address of a server; http://127.0.0.1:8080 is one.`);
    return 1;
  }
  const { promise, resolve } = Promise.withResolvers<number>();
  const session = new TailSession(url, options, complain, resolve);
  const release = endOn(options.signal, () => session.end(0));
  session.start();
  const code = await promise;
  release();
  return code;
}

/** The socket's address for a server's; null when it is no address. */
export function socketUrl(text: string): string | null {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null) return null;
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  if (!secure && url.protocol !== 'http:' && url.protocol !== 'ws:') return null;
  if (url.protocol.startsWith('http')) url.pathname = SOCKET_PATH;
  else if (url.pathname === '/') url.pathname = SOCKET_PATH;
  url.protocol = secure ? 'wss:' : 'ws:';
  url.hash = '';
  return url.href;
}

/** Calls `end` once the signal or the terminal says so; returns the undo. */
function endOn(signal: AbortSignal | undefined, end: () => void): () => void {
  const abort = new AbortController();
  const stop = (): void => end();
  if (signal?.aborted === true) stop();
  if (signal !== undefined) signal.addEventListener('abort', stop, { signal: abort.signal });
  else {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      once(process, name, { signal: abort.signal }).then(stop, () => undefined);
    }
  }
  return () => abort.abort();
}

/** One run: a client whose events become lines. Invariant: `finish` is called exactly once, with no timer or socket left. */
class TailSession {
  readonly #options: TailOptions;
  readonly #write: (line: string) => void;
  readonly #complain: (sentence: string) => void;
  readonly #finish: (code: number) => void;
  readonly #clock: Clock;
  readonly #client: TickwireClient;
  readonly #changed = new Set<number>();
  #lines = 0;
  #toldUnmatched = false;
  #isLost = false;
  #isOver = false;
  #cancelEnd = (): void => undefined;

  constructor(
    url: string,
    options: TailOptions,
    complain: (sentence: string) => void,
    finish: (code: number) => void,
  ) {
    this.#options = options;
    this.#write = options.write ?? ((line) => void process.stdout.write(`${line}\n`));
    this.#complain = complain;
    this.#finish = finish;
    this.#clock = options.clock ?? systemClock;
    const { mirror } = (this.#client = new TickwireClient({
      url,
      client: `tickwire-tail/${VERSION}`,
      openSocket: options.openSocket ?? openWebSocket,
      clock: this.#clock,
      ...(options.token === undefined ? {} : { token: options.token }),
      ...(options.random === undefined ? {} : { random: options.random }),
      listener: {
        onConnection: () => this.#onConnection(),
        onQuote: (instrument) => this.#changed.add(instrument),
        onFrame: () => {
          for (const id of this.#changed) {
            if (!isQuoted(mirror.columns, id)) continue;
            this.#print(id, (entry) => quoteLine(entry, mirror.columns, id, mirror.timeUs));
          }
          this.#changed.clear();
        },
        onTrades: (id, trades, lost) => {
          if (lost > 0) this.#print(id, (entry) => lostLine(entry, lost));
          for (const trade of trades) this.#print(id, (entry) => tradeLine(entry, trade));
        },
        onChange: (id, seq, change, lost) => {
          if (lost > 0) this.#print(id, (entry) => lostLine(entry, lost));
          this.#print(id, (entry) => changeLine(entry, seq, change));
        },
        onLost: (id, count) => this.#print(id, (entry) => lostLine(entry, count)),
        onBar: (id, intervalS, ...bar) => this.#print(id, (entry) => barLine(entry, intervalS, bar)),
        onBook: (id, bids, asks) => this.#print(id, (entry) => bookLine(entry, bids, asks, mirror.timeUs)),
      },
    }));
  }

  start(): void {
    if (this.#isOver) return;
    const { seconds, symbols, channels, rateHz } = this.#options;
    if (seconds !== undefined) this.#cancelEnd = this.#clock.after(seconds * 1000, () => this.end(0));
    for (const channel of new Set(channels)) {
      this.#client.subscribe({
        channel,
        selectors: symbols,
        maxRateHz: rateHz,
        onGranted: ({ unmatched }) => {
          if (channel !== channels[0] || unmatched.length === 0 || this.#toldUnmatched) return;
          this.#toldUnmatched = true;
          this.#complain(`No instrument is named ${unmatched.join(', ')} yet.`);
        },
        onRefused: ({ message }) => {
          this.#complain(message);
          this.end(1);
        },
      });
    }
    this.#client.start();
  }

  end(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelEnd();
    this.#client.close();
    this.#finish(code);
  }

  #onConnection(): void {
    const { phase, message, retryInMs } = this.#client.connection;
    if (this.#isOver) return;
    if (phase === 'stopped') {
      this.#complain(message);
      this.end(1);
    } else if (phase === 'connecting' && retryInMs !== null) {
      this.#complain(`${this.#options.url}: ${message}`);
      this.end(1);
    } else if (phase === 'reconnecting' && !this.#isLost) {
      this.#isLost = true;
      this.#complain(`${message} Reconnecting.`);
    } else if (phase === 'live' || phase === 'recovered') {
      if (this.#isLost) this.#complain('Back.');
      this.#isLost = false;
    }
  }

  #print(instrument: number, describe: (entry: DictionaryEntry) => TailLine): void {
    const entry = this.#client.mirror.dictionary.entries[instrument];
    if (this.#isOver || entry === undefined) return;
    const line = describe(entry);
    this.#write(this.#options.json ? JSON.stringify(line) : tailText(line));
    this.#lines += 1;
    if (this.#lines >= (this.#options.count ?? Number.POSITIVE_INFINITY)) this.end(0);
  }
}
