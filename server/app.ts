import Fastify, { type FastifyInstance } from 'fastify';
import type { EventEmitter } from 'node:events';
import { OriginPolicy } from './access/origins.ts';
import { adminSource } from './admin/source.ts';
import type { AlertService } from './alerts/alert-service.ts';
import type { Config } from './config.ts';
import type { Clock } from './engine/ports.ts';
import type { IngestFeed } from './feeds/ingest/ingest-feed.ts';
import { alertsRoutes } from './routes/alerts.ts';
import { apiRoutes } from './routes/api.ts';
import { feedsRoutes } from './routes/feeds.ts';
import { ingestRoutes } from './routes/ingest.ts';
import type { RecordingLibrary } from './recordings/recording-library.ts';
import { pageRoute, type PageHandler } from './routes/page.ts';
import { quoteSvgRoute } from './routes/quote-svg.ts';
import { recordingsRoutes } from './routes/recordings.ts';
import { socketRoute } from './routes/socket.ts';
import { SessionRegistry } from './sessions/session-registry.ts';
import type { LiveFeeds } from './timelines/live-feeds.ts';
import { pageSnapshot } from './timelines/page-snapshot.ts';
import type { RollingTape } from './tape/rolling/rolling-tape.ts';
import type { RecordingShelf } from './timelines/recording-shelf.ts';
import type { Timeline } from './timelines/timeline.ts';
import { Timelines } from './timelines/timelines.ts';
import { VERSION } from './version.ts';

export interface AppParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly timeline: Timeline;
  /** What brings the live market; absent in a replay. */
  readonly feeds?: LiveFeeds;
  /** One of the timeline's feeds, for programs that push; absent when nothing can be pushed. */
  readonly ingest?: IngestFeed;
  /** Where viewers find recordings to play for themselves; absent = there are none. */
  readonly shelf?: RecordingShelf;
  /** What is recorded on request, imported and kept; absent = there is no library. */
  readonly recordings?: RecordingLibrary;
  /** Rules that watch over the live market; absent = there are none. */
  readonly alerts?: AlertService;
  /** The tape of the live market, closed with the app; absent = there is none. */
  readonly tape?: RollingTape;
  /** Answers the pages; absent in tests that need none. */
  readonly page?: PageHandler;
  readonly upgrades?: EventEmitter;
}

export interface App {
  readonly fastify: FastifyInstance;
  readonly sessions: SessionRegistry;
  /** Metrics and clients, for a port of their own; null when they are off. */
  readonly admin: FastifyInstance | null;
  /** Says goodbye to every viewer, stops the feeds and frees the ports. */
  close(): Promise<void>;
  /** Finishes the tape alone, at once: for who cannot wait for `close`. */
  seal(): void;
}

/** Puts the parts together. The only place where they meet; works without a port. */
export async function createApp(parts: AppParts): Promise<App> {
  const { config, clock, timeline, ingest, page, upgrades } = parts;
  const fastify = Fastify({
    logger: config.logLevel === 'silent' ? false : { level: config.logLevel, stream: process.stderr },
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: true,
  });
  const timelines = new Timelines({
    main: timeline,
    clock,
    shelf: parts.shelf ?? { open: () => Promise.resolve(null) },
    replaysMax: config.replaysMax,
    idleMs: config.replayIdleSeconds * 1000,
    log: (event, detail) => fastify.log.warn(detail, event),
  });
  const sessions = new SessionRegistry({
    clock,
    timelines,
    serverName: `tickwire/${VERSION}`,
    allowControl: config.replayControl === 'all',
    connectionsMax: config.connectionsMax,
    bitsPerSecondMax: config.clientBitsPerSecond,
    log: (event, detail) => fastify.log.info(detail, event),
  });
  apiRoutes(fastify, timeline, sessions, VERSION);
  const origins = new OriginPolicy(config.host, config.allowedOrigins);
  feedsRoutes(fastify, { feeds: parts.feeds ?? null, origins });
  await socketRoute(fastify, { sessions, origins, ...(upgrades === undefined ? {} : { upgrades }) });
  const pushers = await ingestRoutes(fastify, {
    feed: ingest ?? null,
    token: config.ingestToken,
    origins,
    clock,
    log: (event, detail) => fastify.log.warn(detail, event),
  });
  const { alerts = null } = parts;
  await alertsRoutes(fastify, {
    alerts,
    reason:
      timeline.source.mode === 'replay'
        ? 'Alerts run on live data, and this server replays.'
        : 'Alerts are off on this server.',
    clock,
    origins,
    mayChange: config.alerts === 'on',
    streamsMax: config.connectionsMax,
    findReplay: (epoch) => timelines.findReplay(epoch),
  });
  const { recordings, tape = null } = parts;
  if (recordings !== undefined)
    await recordingsRoutes(fastify, {
      recordings,
      tape,
      activity: () => timeline.source.density(),
      clock,
      origins,
      mayChange: config.recordControl === 'all',
      bytesMax: config.importBytesMax,
    });
  quoteSvgRoute(fastify, { timeline, clock, demand: parts.feeds?.demand ?? null });
  if (page !== undefined) pageRoute(fastify, page, (rows, symbol) => pageSnapshot(timeline, rows, symbol));
  let admin: FastifyInstance | null = null;
  if (config.adminPort !== null) {
    // Loaded when it is wanted: the metrics library takes 35 ms of the start and memory that nobody else needs.
    const { adminListener } = await import('./admin/listener.ts');
    admin = adminListener({
      host: config.adminHost,
      token: config.adminToken,
      clock,
      source: adminSource(timeline, sessions),
      log: (event, detail) => fastify.log.warn(detail, event),
    });
  }
  return {
    fastify,
    sessions,
    admin,
    async close() {
      sessions.closeAll();
      pushers.closeAll();
      alerts?.close();
      await Promise.all([fastify.close(), admin?.close(), timelines.close(), recordings?.close()]);
      tape?.close();
    },
    seal: () => tape?.close(),
  };
}
