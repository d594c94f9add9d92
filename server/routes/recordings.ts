import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { LIMITS, type EventDensity } from '#protocol';
import type { Entitlement } from '../access/entitlement.ts';
import type { OriginPolicy } from '../access/origins.ts';
import type { Clock } from '../engine/ports.ts';
import type { RecordingLibrary } from '../recordings/recording-library.ts';
import { nameOfFile } from '../recordings/recording-name.ts';
import { EntitledRecordings } from '../recordings/entitled-recordings.ts';
import { RecordingsError, type RecordingsFault } from '../recordings/recordings-error.ts';
import type { LiveTape } from '../tape/rolling/ports.ts';
import { entitlementOf } from './viewer-guard.ts';

const PATH = '/api/recordings';
const JSON_BYTES_MAX = 65_536;
/** 30 days: longer than any recording that somebody still waits for. */
const SECONDS_MAX = 2_592_000;

const STATUS: Readonly<Record<RecordingsFault, number>> = {
  'bad-name': 400,
  'bad-selection': 400,
  'bad-time': 400,
  'broken-upload': 400,
  missing: 404,
  taken: 409,
  busy: 409,
  'no-source': 409,
  'too-many': 429,
  'too-large': 413,
  disk: 507,
};

const name = z.string().min(1).max(200);
const timeUs = z.int().min(0);
const selectors = z.array(z.string().min(1).max(LIMITS.selectorCharsMax)).min(1).max(LIMITS.selectorsMax);
const recordBody = z.strictObject({
  name: name.optional(),
  selectors: selectors.optional(),
  /** When it ends by itself: a span from now, or an instant. */
  seconds: z.number().min(1).max(SECONDS_MAX).optional(),
  untilUs: timeUs.optional(),
});
const keepBody = z.strictObject({
  name: name.optional(),
  selectors: selectors.optional(),
  fromUs: timeUs,
  toUs: timeUs,
});
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const importQuery = z.strictObject({
  /** Name of the file that is the body. */
  file: z.string().min(1).max(1_000),
  /** Of the recording that comes of it; the file's without it. */
  name: name.optional(),
  /** Another file belongs to it, and comes in a request of its own. */
  more: flag.optional(),
  strict: flag.optional(),
  map: z.string().max(2_000).optional(),
});

export interface RecordingsRouteOptions {
  readonly recordings: RecordingLibrary;
  readonly tape: LiveTape | null;
  /** Events of the live market over the last hour. */
  readonly activity?: () => readonly EventDensity[];
  readonly clock: Clock;
  readonly origins: OriginPolicy;
  /** Whether anybody may record, import and delete. */
  readonly mayChange: boolean;
  readonly bytesMax: number;
}

/** The library of recordings. Names of recordings begin with a letter or digit, so that what stands below `-` is none. */
export async function recordingsRoutes(app: FastifyInstance, options: RecordingsRouteOptions): Promise<void> {
  await app.register(async (scope) => {
    guard(scope, options);
    listRoutes(scope, options);
    recordRoutes(scope, options);
  });
  await app.register(async (scope) => {
    guard(scope, options);
    importRoutes(scope, options);
  });
}

function guard(scope: FastifyInstance, { origins, mayChange }: RecordingsRouteOptions): void {
  scope.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD') return undefined;
    // Before the body is read: it costs nothing to say no.
    const { origin, host } = request.headers;
    if (!origins.allows(origin, host))
      return reply.code(403).send({ message: 'This page may not change recordings.' });
    if (!mayChange)
      return reply.code(403).send({ message: 'This server lets nobody record, import or delete.' });
    return undefined;
  });
  scope.setErrorHandler((error: FastifyError, _, reply) => {
    if (error instanceof RecordingsError)
      return reply.code(STATUS[error.fault]).send({ message: error.message });
    const { statusCode = 500 } = error;
    if (statusCode >= 500) throw error;
    return reply.code(statusCode).send({ message: error.message });
  });
}

function listRoutes(scope: FastifyInstance, options: RecordingsRouteOptions): void {
  const { recordings, tape, clock, mayChange, activity = () => [] } = options;
  const entitled = new EntitledRecordings(recordings);
  const forViewers = { config: { audience: 'viewer' as const } };
  const listFor = async (entitlement: Entitlement | null): Promise<object> =>
    entitlement === null
      ? {
          recordings: await recordings.list(),
          deleted: recordings.deleted(),
          jobs: recordings.jobs.list(),
          tape: tape?.status ?? null,
          mayChange,
        }
      : {
          recordings: await entitled.list(entitlement),
          deleted: [],
          jobs: [],
          tape: tape?.status ?? null,
          mayChange: false,
        };
  scope.get(PATH, forViewers, (request) => listFor(entitlementOf(request)));
  // What a viewer who looks back does not hear of the live market, for the bar that grows meanwhile.
  scope.get(`${PATH}/-/tape`, forViewers, () => ({
    nowUs: clock.nowUs(),
    tape: tape?.status ?? null,
    density: activity(),
  }));
  scope.get(`${PATH}/:name`, forViewers, (request) => {
    const name = param(request, 'name');
    const entitlement = entitlementOf(request);
    return entitlement === null ? recordings.info(name) : entitled.info(name, entitlement);
  });
  scope.get(`${PATH}/:name/file`, (request, reply) => {
    const recording = param(request, 'name');
    const { path, bytes } = recordings.file(recording);
    return reply
      .type('application/octet-stream')
      .header('content-length', bytes)
      .header('content-disposition', attachment(`${recording}.tape`))
      .header('x-content-type-options', 'nosniff')
      .send(bytes === 0 ? '' : createReadStream(path, { end: bytes - 1 }));
  });
  scope.get(`${PATH}/-/jobs/:id`, (request) => recordings.jobs.get(param(request, 'id')));
}

function recordRoutes(scope: FastifyInstance, { recordings, clock }: RecordingsRouteOptions): void {
  const limit = { bodyLimit: JSON_BYTES_MAX };
  scope.post(PATH, limit, (request, reply) => {
    const body = recordBody.safeParse(request.body ?? {});
    if (!body.success || (body.data.seconds !== undefined && body.data.untilUs !== undefined))
      return refuse(reply, 'A recording is { name, selectors, seconds or untilUs }, each as it is wanted.');
    const { seconds, untilUs, ...rest } = body.data;
    const endUs = seconds === undefined ? untilUs : clock.nowUs() + Math.round(seconds * 1e6);
    const request_ = { ...defined(rest), ...(endUs === undefined ? {} : { untilUs: endUs }) };
    return reply.code(201).send(recordings.record(request_));
  });
  scope.post(`${PATH}/:name/stop`, limit, (request) => ({
    recording: recordings.stop(param(request, 'name')),
  }));
  scope.post(`${PATH}/-/keep`, limit, (request, reply) => {
    const body = keepBody.safeParse(request.body);
    if (!body.success)
      return refuse(reply, 'A range to keep is { fromUs, toUs } in us since 1970, with name and selectors.');
    const { fromUs, toUs, ...rest } = body.data;
    return reply.code(202).send(recordings.keep({ fromUs, toUs, ...defined(rest) }));
  });
  scope.delete(`${PATH}/:name`, limit, (request) => recordings.remove(param(request, 'name')));
  scope.post(`${PATH}/-/deleted/:id/restore`, limit, (request) => recordings.restore(param(request, 'id')));
  scope.delete(`${PATH}/-/jobs/:id`, limit, (request) => recordings.jobs.cancel(param(request, 'id')));
}

/** The body is the file as it stands, whatever type the sender takes it for. */
function importRoutes(scope: FastifyInstance, { recordings, bytesMax }: RecordingsRouteOptions): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_, payload, done) => done(null, payload));
  scope.addHook('onRequest', async (request, reply) => {
    if (Number(request.headers['content-length'] ?? 0) <= bytesMax) return undefined;
    const limit = bytesMax.toLocaleString('en-US');
    return reply.code(413).send({ message: `An upload may have ${limit} bytes at most.` });
  });
  const take = async (request: FastifyRequest, reply: FastifyReply, begun: string | null) => {
    const query = importQuery.safeParse(request.query);
    const { body } = request;
    if (!query.success || !(body instanceof Readable))
      return refuse(
        reply,
        'An import is a file as the body, and its name as ?file=; name, strict, map and more may follow.',
      );
    const { file, name: asked, more = false, strict = false, map = null } = query.data;
    const id = begun ?? recordings.beginImport(asked ?? nameOfFile(file)).id;
    await recordings.jobs.receive(id, file, body);
    const job = more ? recordings.jobs.get(id) : recordings.jobs.startImport(id, { strict, map });
    return reply.code(202).send(job);
  };
  scope.post(`${PATH}/-/imports`, (request, reply) => take(request, reply, null));
  scope.post(`${PATH}/-/imports/:id`, (request, reply) => take(request, reply, param(request, 'id')));
}

function param(request: FastifyRequest, key: string): string {
  return (request.params as Record<string, string>)[key]!;
}

function refuse(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send({ message });
}

/** Without the keys that nobody gave. */
function defined<Given extends object>(
  given: Given,
): { [Key in keyof Given]?: Exclude<Given[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Given]?: Exclude<Given[Key], undefined>;
  };
}

/** RFC 6266: the name as it is for those who read UTF-8, and one that every browser reads. */
function attachment(file: string): string {
  const plain = file.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = encodeURIComponent(file).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
