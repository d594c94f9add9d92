import Fastify, { type FastifyInstance } from 'fastify';
import type { EventEmitter } from 'node:events';
import { OriginPolicy } from './access/origins.ts';
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
  /** Says goodbye to every viewer, stops the feeds and frees the port. */
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
    log: (event, detail) => fastify.log.info(detail, event),
  });
  apiRoutes(fastify, timeline, sessions, VERSION);
  await socketRoute(fastify, {
    sessions,
    origins: new OriginPolicy(config.host, config.allowedOrigins),
    ...(upgrades === undefined ? {} : { upgrades }),
  });
  if (page !== undefined) pageRoute(fastify, page, (rows) => pageSnapshot(timeline, rows));
  return {
    fastify,
    sessions,
    async close() {
      sessions.closeAll();
      await Promise.all([fastify.close(), timeline.close()]);
    },
  };
}
