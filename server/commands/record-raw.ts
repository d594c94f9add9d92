import { once } from 'node:events';
import type { InstrumentDefinition, InstrumentId } from '#protocol';
import { systemClock } from '../clock.ts';
import type { Clock, EventSink } from '../engine/ports.ts';
import { UserError } from '../errors.ts';
import type { CaptureLine } from '../feeds/venue/capture-lines.ts';
import { tappedFetch, tappedSocket } from '../feeds/venue/socket-tap.ts';
import { VenueFeed } from '../feeds/venue/venue-feed.ts';
import { openWebSocket, type OpenSocket } from '../feeds/venue/venue-socket.ts';
import { openVenue } from '../feeds/venues.ts';
import { CaptureOut } from './capture-out.ts';

/** What may wait for a slow disk or pipe, bytes; beyond, lines would be lost, so it stops. */
const WAITING_BYTES_MAX = 67_108_864;
/** How long a line waits for the file where that is packed, ms. */
const FLUSH_INTERVAL_MS = 250;

export interface RecordRequest {
  readonly feed: string;
  readonly symbols: readonly string[];
  /** A new file, packed where it ends in .gz or .zst; null = standard output. */
  readonly out: string | null;
  /** Stop after this time; null = when told to. */
  readonly forMs: number | null;
  /** Instead of the venue's own addresses. */
  readonly url?: string;
  readonly restUrl?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly openSocket?: OpenSocket;
  readonly fetch?: typeof fetch;
  /** Ends it cleanly; default: SIGINT and SIGTERM. */
  readonly signal?: AbortSignal;
  /** Told of what goes wrong meanwhile, one sentence each. */
  readonly complain: (sentence: string) => void;
}

export interface RecordOutcome {
  readonly in: number;
  readonly out: number;
  readonly rest: number;
  readonly connections: number;
}

/**
 * Subscribes symbols of a venue and writes every frame, both ways, with the time at which it came or went, until it is told to stop.
 * @throws UserError when the venue cannot be reached, or what was recorded cannot be written
 */
export async function recordRaw(request: RecordRequest): Promise<RecordOutcome> {
  const venue = await openVenue(request.feed);
  const { clock = systemClock, env } = request;
  const stop = Promise.withResolvers<void>();
  // It may fail before anybody waits for it, or after.
  stop.promise.catch(() => undefined);
  const out = await CaptureOut.open(request.out);
  const counts = { in: 0, out: 0, rest: 0, open: 0, close: 0 };
  const onLine = (line: CaptureLine): void => {
    counts[line.kind] += 1;
    out.line(line);
    if (out.waiting > WAITING_BYTES_MAX)
      stop.reject(new UserError(`${request.out ?? 'Standard output'} is too slow for this feed.`));
  };
  const secrets = venue.keys.map((key) => env[key.env] ?? '').filter((secret) => secret !== '');
  const tap = { clock, secrets, onLine };
  const feed = new VenueFeed({
    venue,
    symbols: request.symbols,
    clock,
    env,
    openSocket: tappedSocket(request.openSocket ?? openWebSocket, tap),
    fetch: tappedFetch(request.fetch ?? fetch, tap),
    ...(request.url === undefined ? {} : { url: request.url }),
    ...(request.restUrl === undefined ? {} : { restUrl: request.restUrl }),
  });
  const deafen = out.onError((error) =>
    stop.reject(new UserError(`${request.out ?? 'Standard output'} cannot be written: ${error.message}.`)),
  );
  const stopFlushing = clock.every(FLUSH_INTERVAL_MS, () => out.flush());
  const release = endOn(request.signal, stop.resolve);
  const cancel = request.forMs === null ? () => undefined : clock.after(request.forMs, stop.resolve);
  try {
    const sink = new DefiningSink(request.complain);
    await Promise.race([start(feed, sink), stop.promise]);
    feed.subscribe(sink.ids);
    await stop.promise;
  } finally {
    cancel();
    stopFlushing();
    release();
    await feed.close();
    deafen();
    await out.close();
  }
  return { in: counts.in, out: counts.out, rest: counts.rest, connections: counts.open };
}

async function start(feed: VenueFeed, sink: EventSink): Promise<void> {
  try {
    await feed.start(sink);
  } catch (error) {
    throw new UserError(`${feed.name} could not be started: ${(error as Error).message}`);
  }
}

function endOn(signal: AbortSignal | undefined, end: () => void): () => void {
  const abort = new AbortController();
  if (signal?.aborted === true) end();
  if (signal !== undefined) signal.addEventListener('abort', end, { signal: abort.signal });
  else {
    for (const name of ['SIGINT', 'SIGTERM'] as const)
      once(process, name, { signal: abort.signal }).then(end, () => undefined);
  }
  return () => abort.abort();
}

/** Numbers instruments and drops what happens to them: the frames are what is kept. */
class DefiningSink implements EventSink {
  readonly #ids = new Map<string, InstrumentId>();
  readonly #complain: (sentence: string) => void;

  constructor(complain: (sentence: string) => void) {
    this.#complain = complain;
  }

  get ids(): InstrumentId[] {
    return [...this.#ids.values()];
  }

  define({ symbol }: InstrumentDefinition): InstrumentId {
    const id = this.#ids.get(symbol) ?? (this.#ids.size as InstrumentId);
    this.#ids.set(symbol, id);
    return id;
  }

  onEvent(): void {}

  onState(state: string, message: string): void {
    if (state !== 'live' && message !== '') this.#complain(message);
  }
}

export function recordedText({ in: received, out, rest, connections }: RecordOutcome): string {
  const count = (value: number, one: string) => `${value.toLocaleString('en-US')} ${one}`;
  return `${count(received, 'frames came')}, ${count(out, 'went')}, over ${count(connections, 'connections')}; ${count(rest, 'answers of REST')}.`;
}
