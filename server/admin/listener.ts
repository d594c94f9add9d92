import Fastify, { type FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import type { Clock } from '../engine/ports.ts';
import { AdminAccess } from './admin-access.ts';
import { clientsJson, mostHeldFirst } from './clients-answer.ts';
import { Metrics } from './metrics.ts';
import { conflationRatio, takeReading } from './reading.ts';
import type { AdminSource } from './source.ts';

/** A request that takes longer to arrive is cut, ms. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Connections of scrapers and operators at once. */
const CONNECTIONS_MAX = 64;

export interface AdminOptions {
  /** Address that it will listen on. */
  readonly host: string;
  /** What every request must carry; null = nothing. */
  readonly token: string | null;
  /** Who may tell the address of somebody else. Default: nobody. */
  readonly trustedProxies?: readonly string[];
  readonly clock: Clock;
  readonly source: AdminSource;
  /** Takes what an operator should hear of; never a token. */
  readonly log: (event: string, detail: object) => void;
}

/** Metrics and clients over HTTP, on a port of their own. The caller listens and closes. */
export function adminListener({
  host,
  token,
  trustedProxies = [],
  clock,
  source,
  log,
}: AdminOptions): FastifyInstance {
  const access = new AdminAccess(host, token);
  const metrics = new Metrics(() => takeReading(source, access));
  const app = Fastify({
    logger: false,
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: true,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
  });
  app.server.maxConnections = CONNECTIONS_MAX;

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    const { headers, ip } = request;
    const refusal = access.refuse({ headers, address: ip, nowUs: clock.nowUs() });
    if (refusal === null) return undefined;
    const { reason, status, sentence, retryAfterS } = refusal;
    // The others are counted only: nothing bounds how often they happen, and a log could fill a disk.
    if (reason === 'token') log('admin token refused', { address: ip });
    if (status === 401) reply.header('www-authenticate', 'Bearer realm="tickwire"');
    if (status === 429) reply.header('retry-after', String(retryAfterS));
    return reply.code(status).send({ message: sentence });
  });
  app.setNotFoundHandler((_, reply) =>
    reply.code(404).send({ message: 'Ask for /metrics, /clients, /clients/<session>, /fanout or /healthz.' }),
  );
  app.setErrorHandler((error, _, reply) => {
    const { statusCode = 500, message } = error as Error & { statusCode?: number };
    if (statusCode < 500) return reply.code(statusCode).send({ message });
    log('admin request failed', { message });
    return reply.code(500).send({ message: 'The server could not answer; its log says why.' });
  });

  app.get('/metrics', async (_, reply) => {
    const text = await metrics.text();
    return reply.type(metrics.contentType).send(text);
  });
  app.get<{ Querystring: { top?: unknown } }>('/clients', (request, reply) => {
    const { top } = request.query;
    if (top !== undefined && !(typeof top === 'string' && /^[1-9]\d{0,8}$/.test(top)))
      return reply.code(400).send({ message: 'top is how many clients to show: 1 or more.' });
    const all = mostHeldFirst(source.sessions());
    const shown = top === undefined ? all : all.slice(0, Number(top));
    return reply
      .type('application/json; charset=utf-8')
      .send(Readable.from(clientsJson(all.length, shown), { objectMode: false }));
  });
  app.get<{ Params: { session: string } }>('/clients/:session', (request, reply) => {
    const found = source.sessions().find(({ session }) => session === request.params.session);
    return found ?? reply.code(404).send({ message: 'No connection has this session.' });
  });
  app.get('/fanout', () => {
    const fanout = source.fanout();
    return {
      ...fanout,
      conflationRatio: conflationRatio(fanout),
      rates: [...fanout.rates].map(([rateHz, subscriptions]) => ({ rateHz, subscriptions })),
    };
  });
  app.get('/healthz', () => ({
    status: 'ok',
    version: source.version,
    mode: source.mode,
    state: source.state,
    connections: source.connections,
  }));
  return app;
}
