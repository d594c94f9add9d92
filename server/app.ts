import Fastify, { type FastifyInstance } from 'fastify';
import type { EventEmitter } from 'node:events';
import { OriginPolicy } from './access/origins.ts';
import { adminSource } from './admin/source.ts';
import type { Config } from './config.ts';
import type { Clock } from './engine/ports.ts';
import { apiRoutes } from './routes/api.ts';
import { pageRoute, type PageHandler } from './routes/page.ts';
import { socketRoute } from './routes/socket.ts';
import { SessionRegistry } from './sessions/session-registry.ts';
import { pageSnapshot } from './timelines/page-snapshot.ts';
import type { Timeline } from './timelines/timeline.ts';
import { VERSION } from './version.ts';

export interface AppParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly timeline: Timeline;
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
}

/** Puts the parts together. The only place where they meet; works without a port. */
export async function createApp({ config, clock, timeline, page, upgrades }: AppParts): Promise<App> {
  const fastify = Fastify({
    logger: config.logLevel === 'silent' ? false : { level: config.logLevel, stream: process.stderr },
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: true,
  });
  const sessions = new SessionRegistry({
    clock,
    timeline,
    serverName: `tickwire/${VERSION}`,
    allowControl: config.replayControl === 'all',
    connectionsMax: config.connectionsMax,
    bitsPerSecondMax: config.clientBitsPerSecond,
    log: (event, detail) => fastify.log.info(detail, event),
  });
  apiRoutes(fastify, timeline, sessions, VERSION);
  await socketRoute(fastify, {
    sessions,
    origins: new OriginPolicy(config.host, config.allowedOrigins),
    ...(upgrades === undefined ? {} : { upgrades }),
  });
  if (page !== undefined) pageRoute(fastify, page, (rows) => pageSnapshot(timeline, rows));
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
      await Promise.all([fastify.close(), admin?.close(), timeline.close()]);
    },
  };
}
