import type { FastifyInstance } from 'fastify';
import { basename } from 'node:path';
import { createApp, type App } from './app.ts';
import { systemClock } from './clock.ts';
import { openInputs } from './commands/open-inputs.ts';
import type { Config } from './config.ts';
import { UserError } from './errors.ts';
import { loadFeed } from './feeds/load-feed.ts';
import { SimulatedFeed } from './feeds/simulated/feed.ts';
import { fileUrl, packagePath } from './package-root.ts';
import type { PageHandler } from './routes/page.ts';
import { startLiveTimeline } from './timelines/live-timeline.ts';
import { startReplayTimeline } from './timelines/replay-timeline.ts';
import type { Timeline } from './timelines/timeline.ts';

/** Longest time that a stop waits for viewers and feeds, ms. */
const DRAIN_MS = 5_000;
/** Connections that the system keeps until we accept them: after a restart all viewers come back at once. */
const ACCEPT_BACKLOG = 4_096;

export interface ServeOptions {
  readonly config: Config;
  /** Serves the page from its sources with hot reload. */
  readonly dev: boolean;
  readonly write: (line: string) => void;
}

/** Starts the server and prints its addresses. @throws UserError when the port is taken, a file is bad, the page is not built */
export async function serve({ config, dev, write }: ServeOptions): Promise<App> {
  const timeline = await startTimeline(config, write);
  const page = dev ? await (await import('./dev-page.ts')).devPage() : { handler: await builtPage() };
  const app = await createApp({
    config,
    clock: systemClock,
    timeline,
    page: page.handler,
    ...('upgrades' in page ? { upgrades: page.upgrades } : {}),
  });
  if ('connect' in page) page.connect(app.fastify.server);
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
export function drainOnSignal(app: App): void {
  let draining = false;
  const drain = (): void => {
    if (draining) process.exit(1);
    draining = true;
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    void app.close().then(() => process.exit(0));
  };
  process.on('SIGINT', drain);
  process.on('SIGTERM', drain);
}

async function startTimeline(config: Config, write: (line: string) => void): Promise<Timeline> {
  if (config.replay.length > 0) return startReplay(config, write);
  const { seed, simSymbols: symbols, simRate: eventsPerSecond } = config;
  const feeds =
    config.feed.length > 0
      ? await Promise.all(config.feed.map((path) => loadFeed(path, systemClock)))
      : [new SimulatedFeed({ seed, symbols, eventsPerSecond, clock: systemClock })];
  return startLiveTimeline({ clock: systemClock, feeds, onProblem: write });
}

async function startReplay(config: Config, write: (line: string) => void): Promise<Timeline> {
  const name = config.replay.map((path) => basename(path)).join(' + ');
  write(`Reading ${name} ...`);
  const { recording } = await openInputs(config.replay);
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
