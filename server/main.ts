import type { FastifyInstance } from 'fastify';
import { basename } from 'node:path';
import { assertNever, type InstrumentId } from '#protocol';
import { openAuthorities } from './access/open-authorities.ts';
import type { AlertService } from './alerts/alert-service.ts';
import { openAlerts } from './alerts/open-alerts.ts';
import { createApp, type App } from './app.ts';
import { systemClock, tellPutBack } from './clock.ts';
import { openInputs } from './commands/open-inputs.ts';
import type { Config } from './config.ts';
import type { Feed } from './engine/ports.ts';
import { UserError } from './errors.ts';
import { IngestFeed } from './feeds/ingest/ingest-feed.ts';
import { openFeeds, type FeedSurroundings } from './feeds/open-feeds.ts';
import { fileUrl, packagePath } from './package-root.ts';
import { libraryShelf } from './recordings/library-shelf.ts';
import { openLibrary, openLiveTape } from './recordings/live-recordings.ts';
import type { RecordingLibrary } from './recordings/recording-library.ts';
import type { PageHandler } from './routes/page.ts';
import type { RollingTape } from './tape/rolling/rolling-tape.ts';
import type { EventTaps } from './timelines/event-taps.ts';
import type { LiveFeeds } from './timelines/live-feeds.ts';
import { startLiveTimeline } from './timelines/live-timeline.ts';
import type { RecordingShelf } from './timelines/recording-shelf.ts';
import { startReplayTimeline } from './timelines/replay-timeline.ts';
import type { Timeline } from './timelines/timeline.ts';

/** Longest time that a stop waits for viewers and feeds, ms. */
const DRAIN_MS = 5_000;
/** Connections that the system keeps until we accept them: after a restart all viewers come back at once. */
const ACCEPT_BACKLOG = 4_096;

/** What feeds are opened with. */
const SURROUNDINGS: FeedSurroundings = {
  clock: systemClock,
  env: process.env,
  // Opened when something reads it.
  get input() {
    return process.stdin;
  },
};

export interface ServeOptions {
  readonly config: Config;
  /** `dev` = from its sources, with hot reload; `none` = the API and the socket only. */
  readonly page: 'built' | 'dev' | 'none';
  readonly write: (line: string) => void;
}

/** Starts the server and prints its addresses. @throws UserError when the port is taken, a file is bad, the page is not built */
export async function serve({ config, page: source, write }: ServeOptions): Promise<App> {
  let log: FastifyInstance['log'] | null = null;
  // Before anything runs: what refuses the start later would leave feeds and the tape behind, and a process that does not end.
  const authorities = await openAuthorities(config, {
    clock: systemClock,
    onNotice: (sentence) => log?.error(sentence),
  });
  const page = await pageOf(source);
  const app = await createApp({
    config,
    clock: systemClock,
    authorities,
    ...(await startTimeline(config, write)),
    ...('handler' in page ? { page: page.handler } : {}),
    ...('upgrades' in page ? { upgrades: page.upgrades } : {}),
  });
  ({ log } = app.fastify);
  const untell = tellPutBack(systemClock, write);
  app.fastify.addHook('onClose', async () => untell());
  if ('connect' in page) page.connect(app.fastify.server);
  // Before anybody is told of the server: who was told may stop it at once.
  drainOnSignal(app);
  const { adminHost: host, adminPort: port } = config;
  try {
    const lines = [`Tickwire is ready at ${await listen(app.fastify, config, '')}`];
    if (app.admin !== null && port !== null)
      lines.push(`Metrics and clients at ${await listen(app.admin, { host, port }, 'admin-')}`);
    for (const line of lines) write(line);
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

/** Ends the process in order on SIGINT and SIGTERM; a second signal ends it at once. */
function drainOnSignal(app: App): void {
  let draining = false;
  const endNow = (): never => {
    app.seal();
    process.exit(1);
  };
  const drain = (): void => {
    if (draining) endNow();
    draining = true;
    setTimeout(endNow, DRAIN_MS).unref();
    void app.close().then(() => process.exit(0));
  };
  process.on('SIGINT', drain);
  process.on('SIGTERM', drain);
}

/** A promise of an adapter's own that fails, and that nobody waits for, is told and costs nobody else the market. */
export function surviveRejections(write: (line: string) => void): void {
  process.on('unhandledRejection', (reason) => {
    write(
      `A part failed and nobody was waiting for it: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
    );
  });
}

interface StartedTimeline {
  readonly timeline: Timeline;
  /** Absent in a replay. */
  readonly feeds?: LiveFeeds;
  /** Where pushed rows go; absent when nobody may push. */
  readonly ingest?: IngestFeed;
  readonly recordings: RecordingLibrary;
  readonly shelf: RecordingShelf;
  /** Absent where the live market is not recorded all the time. */
  readonly tape?: RollingTape;
  /** Absent where there are none ... */
  readonly alerts?: AlertService;
  /** ... and why. */
  readonly noAlerts?: string;
}

async function startTimeline(config: Config, write: (line: string) => void): Promise<StartedTimeline> {
  if (config.replay.length > 0) {
    const timeline = await startReplay(config, write);
    const recording = { config, clock: systemClock, sources: [], onNotice: write };
    const recordings = openLibrary(recording, null, null);
    return { timeline, recordings, shelf: libraryShelf(recordings, null) };
  }
  const { feeds, backups } = await openFeeds(config, SURROUNDINGS);
  const ingest =
    config.ingestToken === null
      ? null
      : new IngestFeed({ clock: systemClock, reserved: feeds.map(({ venue }) => venue) });
  const sources = feeds.map(({ name }) => name);
  const recording = { config, clock: systemClock, sources, onNotice: write };
  const tape = openLiveTape(recording);
  let taps: EventTaps | undefined;
  let live: LiveFeeds | undefined;
  const timeline = await startLiveTimeline({
    clock: systemClock,
    feeds: ingest === null ? feeds : [...feeds, ingest],
    backups,
    subscribe: config.subscribe,
    onProblem: write,
    onFeeds: (found) => (live = found),
    onTaps(found) {
      taps = found;
      if (tape !== null) found.add(tape);
    },
    tapeFromUs: () => tape?.status.fromTimeUs ?? null,
  });
  const market = {
    engine: timeline.engine,
    taps: taps!,
    hold: (ids: readonly InstrumentId[]) => live!.demand.hold(ids),
  };
  const recordings = openLibrary(recording, market, tape);
  const alerts = openAlerts(config, market, systemClock, write);
  return {
    timeline,
    feeds: live!,
    recordings,
    shelf: libraryShelf(
      recordings,
      tape === null
        ? null
        : { tape, engine: timeline.engine, history: (...asked) => live!.history(...asked) },
    ),
    ...(tape === null ? {} : { tape }),
    ...(ingest === null ? {} : { ingest }),
    ...alerts,
  };
}

/** The feeds that the configuration names, not started yet. @throws UserError */
export async function liveFeeds(config: Config): Promise<Feed[]> {
  return (await openFeeds(config, SURROUNDINGS)).feeds;
}

async function startReplay(config: Config, write: (line: string) => void): Promise<Timeline> {
  const name = config.replay.map((path) => basename(path)).join(' + ');
  write(`Reading ${name} ...`);
  const { recording, report } = await openInputs(config.replay, { strict: false });
  const broken = report?.broken;
  if (broken !== undefined && broken.rows > 0)
    write(
      `${broken.rows.toLocaleString('en-US')} broken ${broken.rows === 1 ? 'row was' : 'rows were'} left out, the first: ${broken.first[0]!}`,
    );
  const { events, instruments } = recording;
  write(
    `Playing ${events.toLocaleString('en-US')} events of ${instruments.length} instruments at ${config.speed}x.`,
  );
  return startReplayTimeline({
    clock: systemClock,
    recording,
    name,
    speed: config.speed,
    skipIdleUs: config.skipIdleSeconds * 1_000_000,
  });
}

async function pageOf(source: ServeOptions['page']) {
  switch (source) {
    case 'built':
      return { handler: await builtPage() };
    case 'dev':
      return (await import('./dev-page.ts')).devPage();
    case 'none':
      return {};
    default:
      return assertNever(source);
  }
}

async function builtPage(): Promise<PageHandler> {
  try {
    const built = (await import(fileUrl(packagePath('build/handler.js')))) as { handler: PageHandler };
    return built.handler;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UserError(
      'The page is not built yet: run npm run build, or npm start, which does it by itself.',
    );
  }
}

/** @param flags what the flags of this port and address begin with, for the sentence when they cannot be used */
async function listen(
  fastify: FastifyInstance,
  { host, port }: Pick<Config, 'host' | 'port'>,
  flags: '' | 'admin-',
): Promise<string> {
  try {
    await fastify.listen({ host, port, backlog: ACCEPT_BACKLOG });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new UserError(
        `Port ${port} on ${host} is in use: choose another with --${flags}port, or --${flags}port 0 for any free one.`,
      );
    if (code === 'EACCES')
      throw new UserError(
        `Port ${port} on ${host} may not be used by this account: choose one above 1023 with --${flags}port.`,
      );
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new UserError(`The address ${host} is none of this machine: choose another with --${flags}host.`);
    throw error;
  }
  const address = fastify.server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${listening}`;
}
