import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OriginPolicy } from '../access/origins.ts';
import type { Clock } from '../engine/ports.ts';
import type { IngestFeed } from '../feeds/ingest/ingest-feed.ts';
import {
  readJsonBatch,
  readLinesBatch,
  readMessagePackBatch,
  type BatchReport,
  type ReadBatch,
} from '../feeds/ingest/row-batch.ts';
import { IngestAccess, type IngestRefusal } from './ingest-access.ts';
import { IngestBudget } from './ingest-budget.ts';
import { IngestPeer } from './ingest-peer.ts';

/** Whoever pushes has a token of its own, and sees nothing of the market. */
const OWN_TOKEN = { audience: 'anybody' } as const;

const API_PATH = '/api/ingest';
const SOCKET_PATH = '/ingest';
/** One request's body, bytes. */
const BODY_BYTES_MAX = 1_048_576;
/** Requests at work at once; one more is told to come back. */
const REQUESTS_MAX = 16;
/** Connections that have not said the token yet, and ones that have. */
const UNKNOWN_PEERS_MAX = 32;
const PEERS_MAX = 64;
const BUSY_RETRY_S = 1;

const JSON_TYPES = ['application/json'];
const LINES_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
const MESSAGE_PACK_TYPES = ['application/msgpack', 'application/x-msgpack', 'application/vnd.msgpack'];

export interface IngestRoutesOptions {
  /** Null when nothing can be pushed. */
  readonly feed: IngestFeed | null;
  readonly token: string | null;
  readonly origins: OriginPolicy;
  readonly clock: Clock;
  /** Takes what an operator should hear of; never a token or a row. */
  readonly log: (event: string, detail: object) => void;
}

export interface IngestRoutes {
  /** Says goodbye to every program that pushes over a WebSocket. */
  closeAll(): void;
}

/** Where other people's programs push rows: POST and WebSocket. The websocket plugin must be registered already. */
export async function ingestRoutes(
  app: FastifyInstance,
  options: IngestRoutesOptions,
): Promise<IngestRoutes> {
  const { feed, token, origins, clock, log } = options;
  if (feed === null || token === null) {
    const message =
      token === null
        ? 'Nothing can be pushed here: start the server with TICKWIRE_INGEST_TOKEN set to a secret.'
        : 'A replay takes no rows: start the server without --replay.';
    const absent = (_: FastifyRequest, reply: FastifyReply) => reply.code(404).send({ message });
    app.route({ method: ['GET', 'POST'], url: API_PATH, config: OWN_TOKEN, handler: absent });
    app.get(SOCKET_PATH, { config: OWN_TOKEN }, absent);
    return { closeAll: () => {} };
  }
  const access = new IngestAccess({
    token,
    origins,
    onWrongToken: (address) => log('ingest token refused', { address }),
  });
  const budget = new IngestBudget();
  await app.register(async (scope) => pushRoutes(scope, feed, access, budget, clock));
  return socketRoute(app, feed, access, budget, clock);
}

function pushRoutes(
  scope: FastifyInstance,
  feed: IngestFeed,
  access: IngestAccess,
  budget: IngestBudget,
  clock: Clock,
): void {
  let working = 0;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    [...JSON_TYPES, ...LINES_TYPES, ...MESSAGE_PACK_TYPES],
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    (_, body, done) => done(null, body),
  );
  scope.setErrorHandler((error, _, reply) => {
    const { statusCode = 500, message, code } = error as Error & { statusCode?: number; code?: string };
    return reply.code(statusCode).send({ message: ERROR_SENTENCES[code ?? ''] ?? message });
  });
  // Before the body is read: it costs nothing to say no.
  scope.addHook('onRequest', async (request, reply) => {
    const nowUs = clock.nowUs();
    const refusal = access.refuse({ headers: request.headers, address: request.ip, nowUs });
    if (refusal !== null) return refuse(reply, refusal);
    if (request.method !== 'POST') return undefined;
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
      return reply.code(415).send({ message: 'Send the body as it is: compressed ones are not taken.' });
    if (!feed.isOpen || working >= REQUESTS_MAX)
      return later(reply, 503, BUSY_RETRY_S, 'Too much is being pushed at once: come back later.');
    const waitMs = budget.waitMs(nowUs);
    if (waitMs > 0)
      return later(reply, 429, Math.ceil(waitMs / 1000), 'Rows come faster than this token may push.');
    return undefined;
  });
  scope.get(API_PATH, { config: OWN_TOKEN }, () => feed.totals);
  scope.post(API_PATH, { config: OWN_TOKEN }, async (request, reply) => {
    const { body } = request;
    if (!Buffer.isBuffer(body) || body.length === 0)
      return reply.code(400).send({ message: 'The body is empty: send rows.' });
    const batch = readBody(body, request.headers['content-type'] ?? '');
    budget.spend(batch.ok ? batch.rows.length : 1, body.length, clock.nowUs());
    if (!batch.ok) return reply.code(400).send({ message: batch.reason });
    working += 1;
    try {
      const report = await feed.take(batch.rows);
      if (report === null) return later(reply, 503, BUSY_RETRY_S, 'The server is going down.');
      return reply.code(statusOf(report)).send(report);
    } finally {
      working -= 1;
    }
  });
}

function socketRoute(
  app: FastifyInstance,
  feed: IngestFeed,
  access: IngestAccess,
  budget: IngestBudget,
  clock: Clock,
): IngestRoutes {
  const peers = new Set<IngestPeer>();
  let unknown = 0;
  app.get(
    SOCKET_PATH,
    {
      websocket: true,
      config: OWN_TOKEN,
      preValidation: async (request, reply) => {
        const knock = { headers: request.headers, address: request.ip, nowUs: clock.nowUs() };
        const hasToken = request.headers.authorization !== undefined;
        const refusal = hasToken ? access.refuse(knock) : access.refuseUnknown(knock);
        if (refusal !== null) return refuse(reply, refusal);
        if (peers.size >= PEERS_MAX || (!hasToken && unknown >= UNKNOWN_PEERS_MAX))
          return later(reply, 503, BUSY_RETRY_S, 'Too many programs push at once: come back later.');
        return undefined;
      },
    },
    (socket, request) => {
      const isKnown = request.headers.authorization !== undefined;
      let isCounted = !isKnown;
      if (isCounted) unknown += 1;
      const settle = (): void => {
        if (isCounted) unknown -= 1;
        isCounted = false;
      };
      const peer: IngestPeer = new IngestPeer({
        socket,
        feed,
        access,
        budget,
        clock,
        address: request.ip,
        isKnown,
        onGreeted: settle,
        onClosed: () => {
          settle();
          peers.delete(peer);
        },
      });
      peers.add(peer);
    },
  );
  return {
    closeAll() {
      for (const peer of peers) peer.close('shutdown');
    },
  };
}

const ERROR_SENTENCES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: `Send rows as ${JSON_TYPES[0]}, ${LINES_TYPES[0]} or ${MESSAGE_PACK_TYPES[0]}, and say so in Content-Type.`,
  FST_ERR_CTP_BODY_TOO_LARGE: `A body is at most ${BODY_BYTES_MAX} bytes: send rows in parts.`,
};

function refuse(reply: FastifyReply, { status, sentence, retryAfterS }: IngestRefusal): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="tickwire ingest"');
  if (status === 429) return later(reply, status, retryAfterS, sentence);
  return reply.code(status).send({ message: sentence });
}

function later(reply: FastifyReply, status: 429 | 503, retryAfterS: number, message: string): FastifyReply {
  return reply.code(status).header('retry-after', String(retryAfterS)).send({ message });
}

function readBody(body: Buffer, contentType: string): ReadBatch {
  const [type = ''] = contentType.toLowerCase().split(';');
  if (LINES_TYPES.includes(type.trim())) return readLinesBatch(body);
  return MESSAGE_PACK_TYPES.includes(type.trim())
    ? readMessagePackBatch(body)
    : readJsonBatch(body.toString('utf8'));
}

/** 207: some rows were refused and the others taken; 422: none was taken. */
function statusOf({ taken, instruments, duplicates, refused }: BatchReport): number {
  if (refused === 0) return 200;
  return taken + instruments + duplicates > 0 ? 207 : 422;
}
