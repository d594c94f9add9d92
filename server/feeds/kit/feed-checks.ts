import { setTimeout as pause } from 'node:timers/promises';
import { firstFlaw, type Check, type Finding } from './check-result.ts';
import { KitBench } from './kit-bench.ts';
import type { Manners } from './kit-venue.ts';
import type { PlayedVenue } from './venue-script.ts';

const CLOSE_MS_MAX = 2_000;
const HELD_MS = 200;
/** Pauses before an attempt to connect anew grow up to this. */
const RECONNECT_MS_MAX = 60_000;
/** What a slow screen or disk takes for one event. */
const WORK_MS = 20;

/** Runs something with a feed that is started, and closes it whatever happens. */
async function withFeed(
  played: PlayedVenue,
  use: (bench: KitBench) => Promise<Finding>,
  manners: Manners = {},
): Promise<Finding> {
  const bench = new KitBench(played, manners);
  try {
    await bench.start();
    return await use(bench);
  } finally {
    await bench.feed.close();
  }
}

const found = (flaw: string | null, ok: string): Finding => (flaw === null ? { ok } : { no: flaw });

/** What a bench shows when something did not come about. */
function situation(bench: KitBench): string {
  const { problems } = bench.feed.report();
  const last = problems.at(-1)?.message ?? '';
  return [bench.sink.message, last].filter((text) => text !== '').join(' ');
}

/** Checks of the adapter behind the runtime that serves it: connections, time, and a sink. */
export const FEED_CHECKS: readonly Check<PlayedVenue>[] = [
  {
    id: 'connects',
    title: 'connects and is let in',
    hint: 'Call port.ready() in onOpen, or when the venue has answered the login; send the login with port.send().',
    run: (played) =>
      withFeed(played, async (bench) => {
        const limitMs = played.venue.connectTimeoutMs;
        const isReady = await bench.until(() => bench.calls.subscribe > 0, limitMs);
        return found(
          isReady ? null : `port.ready() was not called within ${limitMs / 1000} s. ${situation(bench)}`,
          `${bench.venue.received.length} frames sent`,
        );
      }),
  },
  {
    id: 'subscribes',
    title: 'asks for what is watched',
    hint: 'subscribe(symbols) returns the frames that ask for them; where the address does it, venue.address names them.',
    run: (played) =>
      withFeed(played, async (bench) => {
        await bench.until(() => bench.venue.isAsked, played.venue.connectTimeoutMs);
        await bench.run(1_000);
        const isAddressed = played.venue.address !== undefined;
        return found(
          firstFlaw([
            !bench.venue.isAsked && `Not every symbol was subscribed. ${situation(bench)}`,
            bench.venue.received.length === 0 && !isAddressed && 'No frame was sent to the venue.',
          ]),
          `${bench.venue.received.length} frames for ${played.symbols.length} symbols`,
        );
      }),
  },
  {
    id: 'goes-live',
    title: 'says of each instrument when it is live',
    hint: 'Call port.acknowledged when the venue took a subscription, and port.live when its first data (with a book: the whole book) are in.',
    run: (played) =>
      withFeed(played, async (bench) => {
        await bench.until(() => bench.areAllLive || bench.venue.isPlayed, bench.limitMs);
        const isLive = await bench.until(() => bench.areAllLive, 1_000);
        const dark = played.symbols.filter((symbol) => !bench.sink.isLive(symbol));
        const why = dark.map((symbol) => `${symbol}: ${bench.sink.trust.get(symbol) ?? 'nothing said'}`);
        return found(isLive ? null : `Not live: ${why.join('; ')}`, `${played.symbols.length} live`);
      }),
  },
  {
    id: 'delivers',
    title: 'delivers on a connection what it made of the capture offline',
    hint: 'What an adapter keeps belongs to one connection: it is made in connect(), not beside it.',
    run: (played) =>
      withFeed(played, async (bench) => {
        const isPlayed = await bench.playAll();
        const silent = played.symbols.filter((symbol) => !bench.sink.ofSymbol.has(symbol));
        const errors = bench.count('adapter_errors');
        return found(
          firstFlaw([
            errors > 0 && `The adapter threw: ${situation(bench)}`,
            !isPlayed &&
              `Only ${bench.venue.sent} of ${played.frames.length} frames could be sent. ${situation(bench)}`,
            silent.length > 0 && `Nothing came of ${silent.join(', ')}.`,
            bench.venue.connections > 1 &&
              `It took ${bench.venue.connections} connections. ${situation(bench)}`,
          ]),
          `${bench.sink.total} events`,
        );
      }),
  },
  {
    id: 'survives-a-cut',
    title: 'comes back when the connection is cut in the midst of a frame',
    hint: 'Keep the state of a connection in the object that connect() makes: the next connection gets a new one.',
    run: (played) => withFeed(played, (bench) => cutFinding(bench)),
  },
  {
    id: 'unknown-while-live',
    title: 'stays connected when frames of unknown kinds come',
    hint: 'An unknown kind is port.unknown(kind): throwing ends the connection.',
    run: (played) =>
      withFeed(played, async (bench) => {
        await bench.until(() => bench.venue.sent > 0, bench.limitMs);
        for (const frame of ['{"type":"tickwire-unknown"}', '[]', 'null', 'not json', ''])
          bench.venue.inject(frame);
        await bench.run(500);
        return found(
          firstFlaw([
            bench.count('adapter_errors') > 0 && situation(bench),
            bench.venue.connections > 1 &&
              `It connected ${bench.venue.connections} times. ${situation(bench)}`,
          ]),
          `${bench.count('unknown_frames')} unknown, ${bench.count('malformed_frames')} malformed`,
        );
      }),
  },
  {
    id: 'unanswered',
    title: 'shows nothing as live when the venue does not answer',
    hint: 'Call port.live only for data that came; port.ready may come at once, port.live may not.',
    run: (played) =>
      withFeed(
        played,
        async (bench) => {
          await bench.run(played.venue.ackTimeoutMs + played.venue.connectTimeoutMs + 2_000);
          const live = played.symbols.filter((symbol) => bench.sink.isLive(symbol));
          return found(live.length > 0 ? `${live.join(', ')} are shown as live.` : null, 'none is live');
        },
        { silentFrom: 0 },
      ),
  },
  {
    id: 'silent-venue',
    title: 'notices a venue that falls silent',
    hint: 'Call port.heartbeat() for the sign that lifeSign names, and for no other; silenceMaxMs is two to three of its intervals.',
    run: (played) => {
      const silentFrom = Math.max(1, Math.ceil(played.frames.length / 2));
      return withFeed(played, (bench) => silenceFinding(bench), { silentFrom });
    },
  },
  {
    id: 'slow-sink',
    title: 'loses nothing to a sink that is slow',
    hint: 'Events are handed over as they come; a queue of its own in an adapter is one too many.',
    run: (played) => withFeed(played, (bench) => slowFinding(bench)),
  },
  {
    id: 'lets-go',
    title: 'lets go of what nobody watches any more',
    hint: 'unsubscribe(symbols) returns the frames that end them, and forgets what was kept of them.',
    run: (played) => withFeed(played, (bench) => letGoFinding(bench)),
  },
  {
    id: 'closes',
    title: 'closes within 2 s and leaves no timer and no socket',
    hint: 'An adapter owns no timer and no socket: what it waits for comes as a frame, what it sends goes through the port.',
    run: closeFinding,
  },
];

async function cutFinding(bench: KitBench): Promise<Finding> {
  const { frames } = bench.played;
  const half = Math.ceil(frames.length / 2);
  await bench.until(() => bench.venue.sent >= half, bench.limitMs);
  const { raw } = frames[Math.min(half, frames.length - 1)]!;
  bench.venue.inject(
    typeof raw === 'string' ? raw.slice(0, raw.length >> 1) : raw.subarray(0, raw.length >> 1),
  );
  const calls = bench.calls.subscribe;
  bench.venue.cut('closed with 1006');
  const shown = bench.played.symbols.filter((symbol) => bench.sink.isLive(symbol));
  const isBack = await bench.until(() => bench.calls.subscribe > calls, RECONNECT_MS_MAX);
  const isPlayed = isBack && (await bench.playAll());
  const twice = bench.sink.trades.length - new Set(bench.sink.trades).size;
  const dark = bench.played.symbols.filter((symbol) => !bench.sink.isLive(symbol));
  return found(
    firstFlaw([
      bench.count('adapter_errors') > 0 && situation(bench),
      shown.length > 0 && `${shown.join(', ')} stayed live without a connection.`,
      !isBack && `It did not subscribe again within ${RECONNECT_MS_MAX / 1000} s. ${situation(bench)}`,
      !isPlayed &&
        `The second connection came to frame ${bench.venue.sent} of ${frames.length}. ${situation(bench)}`,
      dark.length > 0 && `${dark.join(', ')} did not come back. ${situation(bench)}`,
      bench.played.venue.tradeIds !== 'none' && twice > 0 && `${twice} trades were delivered twice.`,
    ]),
    `${bench.venue.connections} connections, no trade twice`,
  );
}

async function silenceFinding(bench: KitBench): Promise<Finding> {
  const { venue, symbols } = bench.played;
  await bench.until(() => bench.venue.sent >= (bench.venue.manners.silentFrom ?? 0), bench.limitMs);
  const connections = bench.venue.connections;
  const { silenceMaxMs } = venue;
  // The venue's answers to a client that asks, and the pause before a second connection, come on top.
  const isNoticed = await bench.until(
    () => bench.venue.connections > connections || bench.venue.openConnections === 0,
    silenceMaxMs + 2_000,
  );
  const live = symbols.filter((symbol) => bench.sink.isLive(symbol));
  return found(
    firstFlaw([
      !isNoticed &&
        `After ${(silenceMaxMs + 2_000) / 1000} s without a sign it still takes the connection for sound.`,
      live.length > 0 && `${live.join(', ')} are shown as live.`,
    ]),
    `noticed within ${silenceMaxMs / 1000} s`,
  );
}

async function slowFinding(bench: KitBench): Promise<Finding> {
  bench.sink.onWork = () => bench.clock.spend(WORK_MS);
  const isPlayed = await bench.playAll();
  const { frames, summary } = bench.played;
  return found(
    firstFlaw([
      bench.count('adapter_errors') > 0 && situation(bench),
      !isPlayed && `It came to frame ${bench.venue.sent} of ${frames.length}. ${situation(bench)}`,
      bench.venue.connections > 1 && `It connected ${bench.venue.connections} times. ${situation(bench)}`,
      bench.sink.trades.length > summary.events.trade && 'More trades came than the capture holds.',
    ]),
    `${bench.sink.total} events at ${WORK_MS} ms each`,
  );
}

async function letGoFinding(bench: KitBench): Promise<Finding> {
  const { symbols } = bench.played;
  await bench.until(() => bench.areAllLive, bench.limitMs);
  const sent = bench.venue.received.length;
  bench.feed.unsubscribe(bench.sink.ids(symbols));
  const before = bench.sink.total;
  await bench.run(5_000);
  const isTold = bench.venue.received.length > sent || bench.venue.openConnections === 0;
  return found(
    firstFlaw([
      !isTold && 'The venue was told nothing, and the connection stays open.',
      bench.sink.total > before && `${bench.sink.total - before} events came of what nobody watches.`,
      bench.count('adapter_errors') > 0 && situation(bench),
    ]),
    `${symbols.length} symbols`,
  );
}

/** What the process holds open, by kind, that an adapter could have opened. */
function heldOpen(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /Timeout|Socket|TCP|TLS|FSEvent|Server|DNS/i.test(kind))
    .sort();
}

async function closeFinding(played: PlayedVenue): Promise<Finding> {
  const before = heldOpen();
  const bench = new KitBench(played);
  let isClosed = false;
  await bench.start();
  await bench.until(() => bench.areAllLive, bench.limitMs);
  const total = bench.sink.total;
  const limit = new AbortController();
  const late = pause(CLOSE_MS_MAX, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([bench.feed.close().then(() => void (isClosed = true)), late]);
  limit.abort();
  await bench.feed.close();
  bench.venue.inject(played.frames[0]!.raw);
  await bench.run(60_000);
  let after = heldOpen();
  // What others in this process hold for a moment is let go of meanwhile.
  if (after.length > before.length) {
    await pause(HELD_MS);
    after = heldOpen();
  }
  const left = after.length - before.length;
  return found(
    firstFlaw([
      !isClosed && `close() took longer than ${CLOSE_MS_MAX / 1000} s.`,
      bench.clock.pending > 0 && `${bench.clock.pending} timers are still set.`,
      bench.venue.openConnections > 0 && `${bench.venue.openConnections} sockets are still open.`,
      left > 0 && `The process holds ${left} more than before: ${after.join(', ')}.`,
      bench.sink.total > total && 'Events came after close().',
    ]),
    'nothing left',
  );
}
