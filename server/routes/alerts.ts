import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ALERT_LIMITS, type AlertFiring, type AlertOverview } from '#protocol';
import type { OriginPolicy } from '../access/origins.ts';
import { AlertsError, type AlertsFault } from '../alerts/alerts-error.ts';
import type { AlertService } from '../alerts/alert-service.ts';
import type { Clock } from '../engine/ports.ts';
import type { Timeline } from '../timelines/timeline.ts';
import { ReplayAlertStream } from './replay-alert-stream.ts';
import type { ViewerGate } from '../access/viewer-gate.ts';
import { plainEpoch } from '../access/entitled-epoch.ts';
import type { Entitlement } from '../access/entitlement.ts';
import { AlertView } from '../alerts/alert-view.ts';
import type { Dictionary } from '../engine/dictionary.ts';
import { AlertStream } from './alert-stream.ts';
import { entitlementOf, leaseOf } from './viewer-guard.ts';

const PATH = '/api/alerts';
const STREAM_PATH = '/api/alerts/stream';
const REPLAY_PATH = '/api/alerts/replay';
const HISTORY_PATH = '/api/alerts/history';
const JSON_BYTES_MAX = 65_536;
const PAGE_ROWS = 50;
/** Changes that one address may make: so many a minute. Each is a write to the disk. */
const CHANGES_PER_MINUTE = 120;
const ADDRESSES_MAX = 10_000;

const STATUS: Readonly<Record<AlertsFault, number>> = {
  'bad-rule': 400,
  missing: 404,
  'too-many': 409,
  webhook: 403,
  off: 409,
  disk: 507,
};

const whole = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const historyQuery = z.strictObject({
  before: whole.optional(),
  limit: whole.pipe(z.int().min(1).max(ALERT_LIMITS.historyPageMax)).optional(),
  rule: whole.optional(),
});
const replayQuery = z.strictObject({ epoch: z.string().min(1).max(64) });
/** 0 = not muted any more. */
const muteBody = z.strictObject({ untilUs: z.int().min(0).max(Number.MAX_SAFE_INTEGER) });

export interface AlertsRouteOptions {
  /** Null where alerts are off, or nothing is live. */
  readonly alerts: AlertService | null;
  /** Why there are none, one sentence. */
  readonly reason: string;
  readonly clock: Clock;
  readonly gate: ViewerGate;
  /** Of the live market. */
  readonly dictionary: Dictionary;
  readonly origins: OriginPolicy;
  readonly mayChange: boolean;
  /** Streams at once. */
  readonly streamsMax: number;
  /** The replay of an epoch; null = there is none, or it is over. */
  readonly findReplay: (epoch: string) => Timeline | null;
}

/** Alerts: rules, history, and the stream of what happens. What stands below a number belongs to one rule. */
export async function alertsRoutes(app: FastifyInstance, options: AlertsRouteOptions): Promise<void> {
  await app.register(async (scope) => {
    guard(scope, options);
    readingRoutes(scope, options);
    changingRoutes(scope, options);
  });
}

function guard(
  scope: FastifyInstance,
  { origins, mayChange, alerts, reason, clock }: AlertsRouteOptions,
): void {
  const changes = new Map<string, number>();
  let minute = 0;
  scope.addHook('onRequest', async (request, reply) => {
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    const { url } = request.routeOptions;
    if (isReading && url !== STREAM_PATH && url !== REPLAY_PATH) return undefined;
    // Before the body is read: it costs nothing to say no.
    const { origin, host } = request.headers;
    if (!origins.allows(origin, host))
      return reply.code(403).send({ message: 'This page may not use the alerts of this server.' });
    // No content ends an event stream without an error in the page.
    if (alerts === null)
      return isReading ? reply.code(204).send() : reply.code(409).send({ message: reason });
    if (isReading) return undefined;
    if (!mayChange) return reply.code(403).send({ message: 'This server lets nobody change alerts.' });
    const now = Math.floor(clock.nowUs() / 60e6);
    if (now !== minute || changes.size > ADDRESSES_MAX) changes.clear();
    minute = now;
    const count = (changes.get(request.ip) ?? 0) + 1;
    changes.set(request.ip, count);
    if (count <= CHANGES_PER_MINUTE) return undefined;
    return reply
      .code(429)
      .header('retry-after', String(60 - (Math.floor(clock.nowUs() / 1e6) % 60)))
      .send({ message: `Alerts may be changed ${CHANGES_PER_MINUTE} times a minute.` });
  });
  scope.setErrorHandler((error: FastifyError, _, reply) => {
    if (error instanceof AlertsError) return reply.code(STATUS[error.fault]).send({ message: error.message });
    const { statusCode = 500 } = error;
    if (statusCode >= 500) throw error;
    return reply.code(statusCode).send({ message: error.message });
  });
}

function readingRoutes(
  scope: FastifyInstance,
  { alerts, reason, clock, streamsMax, findReplay, gate, dictionary }: AlertsRouteOptions,
): void {
  const views = new Views(dictionary);
  const forViewers = { config: { audience: 'viewer' as const } };
  scope.get(PATH, forViewers, (request) => {
    const overview = alerts?.overview() ?? absent(reason);
    return views.of(entitlementOf(request))?.overview(overview) ?? overview;
  });
  scope.get(HISTORY_PATH, forViewers, (request, reply) => {
    const query = historyQuery.safeParse(request.query);
    if (!query.success)
      return refuse(
        reply,
        `History is asked for with before, limit (1 to ${ALERT_LIMITS.historyPageMax}) and rule.`,
      );
    const { before = Number.MAX_SAFE_INTEGER, limit = PAGE_ROWS, rule = null } = query.data;
    const view = views.of(entitlementOf(request));
    const pageOf = (beforeSeq: number): AlertFiring[] => alerts?.history(beforeSeq, limit + 1, rule) ?? [];
    if (view === null) {
      const rows = pageOf(before);
      return { firings: rows.slice(0, limit), more: rows.length > limit };
    }
    const seen: AlertFiring[] = [];
    for (let rows = pageOf(before); rows.length > 0 && seen.length <= limit; rows = pageOf(rows.at(-1)!.seq))
      seen.push(...view.firings(rows));
    return { firings: seen.slice(0, limit), more: seen.length > limit };
  });
  const streams = new Set<AlertStream | ReplayAlertStream>();
  /** Keeps a stream only so long as its reader may see just that: it comes back, and is let in as what it is then, or is not. */
  const keep = (
    request: FastifyRequest,
    reply: FastifyReply,
    open: (onClosed: () => void) => AlertStream | ReplayAlertStream,
  ): FastifyReply => {
    const end = (): void => stream.close();
    const release = leaseOf(gate, request, {
      onRefused: end,
      onViewer: ({ entitlement }) => {
        if (entitlement?.key !== entitlementOf(request)?.key) end();
      },
    });
    const stream = open(() => {
      release();
      streams.delete(stream);
    });
    streams.add(stream);
    return reply;
  };
  scope.get(STREAM_PATH, forViewers, (request, reply) => {
    if (streams.size >= streamsMax)
      return reply.code(503).header('retry-after', '5').send({ message: 'As many pages listen as may.' });
    const view = views.of(entitlementOf(request));
    return keep(
      request,
      reply,
      (onClosed) => new AlertStream({ alerts: alerts!, clock, view }, request, reply, onClosed),
    );
  });
  scope.get(REPLAY_PATH, forViewers, (request, reply) => {
    const query = replayQuery.safeParse(request.query);
    const entitlement = entitlementOf(request);
    const epoch = query.success ? plainEpoch(query.data.epoch, entitlement) : null;
    const timeline = epoch === null ? null : findReplay(epoch);
    // No content ends an event stream: a seek has made another epoch of it.
    if (timeline === null) return reply.code(204).send();
    if (streams.size >= streamsMax)
      return reply.code(503).header('retry-after', '5').send({ message: 'As many pages listen as may.' });
    const parts = { timeline, rules: alerts!.rulesToWatch(), clock, reply, view: views.of(entitlement) };
    return keep(request, reply, (onClosed) => new ReplayAlertStream(parts, onClosed));
  });
  scope.addHook('preClose', async () => {
    for (const stream of streams) stream.close();
  });
}

/** Alerts as each class of viewers sees them; made once a class. */
class Views {
  readonly #dictionary: Dictionary;
  readonly #views = new WeakMap<Entitlement, AlertView>();

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
  }

  /** Null = of those who see everything. */
  of(entitlement: Entitlement | null): AlertView | null {
    if (entitlement === null) return null;
    let view = this.#views.get(entitlement);
    if (view === undefined) {
      view = new AlertView(entitlement, this.#dictionary);
      this.#views.set(entitlement, view);
    }
    return view;
  }
}

function changingRoutes(scope: FastifyInstance, { alerts }: AlertsRouteOptions): void {
  const limit = { bodyLimit: JSON_BYTES_MAX };
  scope.post(PATH, limit, (request, reply) => reply.code(201).send(alerts!.create(request.body)));
  scope.patch(`${PATH}/:id`, limit, (request) => alerts!.change(id(request), request.body));
  scope.delete(`${PATH}/:id`, limit, (request, reply) => {
    alerts!.remove(id(request));
    return reply.code(204).send();
  });
  scope.post(`${PATH}/:id/restore`, limit, (request) => alerts!.restore(id(request)));
  scope.post(`${PATH}/:id/rearm`, limit, (request) => alerts!.rearm(id(request)));
  const mute = (request: FastifyRequest, reply: FastifyReply, rule: number | null) => {
    const body = muteBody.safeParse(request.body);
    if (!body.success) return refuse(reply, 'A mute is { untilUs } in us since 1970; 0 ends it.');
    alerts!.mute(rule, body.data.untilUs);
    return reply.code(204).send();
  };
  scope.post(`${PATH}/:id/mute`, limit, (request, reply) => mute(request, reply, id(request)));
  scope.post(`${PATH}/mute`, limit, (request, reply) => mute(request, reply, null));
}

/** Of a rule; one that is no number is of no rule. */
function id(request: FastifyRequest): number {
  const text = (request.params as { id: string }).id;
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function refuse(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send({ message });
}

function absent(message: string): AlertOverview {
  return {
    available: false,
    message,
    mayChange: false,
    store: '',
    lastSeq: 0,
    mutedUntilUs: 0,
    rules: [],
    webhooks: [],
    webhookOrigins: [],
  };
}
