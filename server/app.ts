import Fastify, { type FastifyInstance } from 'fastify';
import type { EventEmitter } from 'node:events';
import type { Authority } from './access/authority.ts';
import { openAuthorities } from './access/open-authorities.ts';
import { OriginPolicy } from './access/origins.ts';
import { ViewerGate } from './access/viewer-gate.ts';
import { adminSource } from './admin/source.ts';
import type { AlertService } from './alerts/alert-service.ts';
import { ALERTS_OFF } from './alerts/open-alerts.ts';
import type { Config } from './config.ts';
import type { Clock } from './engine/ports.ts';
import type { IngestFeed } from './feeds/ingest/ingest-feed.ts';
import { accessRoutes } from './routes/access.ts';
import { alertsRoutes } from './routes/alerts.ts';
import { apiRoutes } from './routes/api.ts';
import { feedsRoutes } from './routes/feeds.ts';
import { ingestRoutes } from './routes/ingest.ts';
import type { RecordingLibrary } from './recordings/recording-library.ts';
import { mendPath, pageRoute, type PageHandler, type SnapshotGetter } from './routes/page.ts';
import { quoteSvgRoute } from './routes/quote-svg.ts';
import { recordingsRoutes } from './routes/recordings.ts';
import { socketRoute } from './routes/socket.ts';
import { viewerGuard, viewerOfPage } from './routes/viewer-guard.ts';
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
  /** Why there are none, one sentence; absent = they are off. */
  readonly noAlerts?: string;
  /** The tape of the live market, closed with the app; absent = there is none. */
  readonly tape?: RollingTape;
  /** Who may watch; absent = whom the configuration names. */
  readonly authorities?: readonly Authority[];
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
    frameworkErrors: mendPath,
    trustProxy: config.trustedProxies.length > 0 && [...config.trustedProxies],
  });
  const gate = new ViewerGate({
    authorities:
      parts.authorities ??
      (await openAuthorities(config, { clock, onNotice: (sentence) => fastify.log.error(sentence) })),
    clock,
    log: (event, detail) => fastify.log.warn(detail, event),
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
    gate,
    unknownMax: config.unknownConnectionsMax,
    bitsPerSecondMax: config.clientBitsPerSecond,
    log: (event, detail) => fastify.log.info(detail, event),
  });
  const origins = new OriginPolicy(config.host, config.allowedOrigins);
  viewerGuard(fastify, { gate, origins });
  accessRoutes(fastify, { gate, origins, clock });
  apiRoutes(fastify, timeline, sessions, VERSION);
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
        : (parts.noAlerts ?? ALERTS_OFF),
    clock,
    gate,
    dictionary: timeline.engine.dictionary,
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
  if (page !== undefined) pageRoute(fastify, page, snapshots(timeline, gate), !gate.isOpen);
  let admin: FastifyInstance | null = null;
  if (config.adminPort !== null) {
    // Loaded when it is wanted: the metrics library takes 35 ms of the start and memory that nobody else needs.
    const { adminListener } = await import('./admin/listener.ts');
    admin = adminListener({
      host: config.adminHost,
      token: config.adminToken,
      trustedProxies: config.trustedProxies,
      clock,
      source: adminSource(timeline, sessions, gate),
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
      gate.close();
      await Promise.all([fastify.close(), admin?.close(), timelines.close(), recordings?.close()]);
      tape?.close();
    },
    seal: () => tape?.close(),
  };
}

/** The first prices of a page, for whoever may see them. */
function snapshots(timeline: Timeline, gate: ViewerGate): SnapshotGetter {
  return async (request, rows, symbol) => {
    if (gate.isOpen) return pageSnapshot(timeline, rows, symbol);
    const viewer = await viewerOfPage(gate, request.headers);
    return viewer === null ? null : pageSnapshot(timeline, rows, symbol, viewer.entitlement);
  };
}
