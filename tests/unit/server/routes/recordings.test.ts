import Fastify, { type FastifyInstance } from 'fastify';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { OriginPolicy } from '../../../../server/access/origins.ts';
import type { RecordingJob } from '../../../../server/recordings/recording-jobs.ts';
import { recordingsRoutes } from '../../../../server/routes/recordings.ts';
import { freshFolder, heldBy, LiveTestMarket } from '../recordings/live-market.ts';

interface Served {
  readonly app: FastifyInstance;
  readonly market: LiveTestMarket;
  /** The job with this id, at its end. */
  ended(answer: { json(): unknown }): Promise<RecordingJob>;
}

const open: Served[] = [];
afterEach(async () => {
  for (const { app, market } of open.splice(0)) {
    await app.close();
    await market.close();
  }
});

async function served(mayChange = true, bytesMax = 1_000_000): Promise<Served> {
  const market = new LiveTestMarket({ importBytesMax: bytesMax }, freshFolder());
  const app = Fastify();
  const { library: recordings, tape, clock } = market;
  const origins = new OriginPolicy('127.0.0.1', ['https://desk.example.com']);
  await recordingsRoutes(app, { recordings, tape, clock, origins, mayChange, bytesMax });
  const ended = (answer: { json(): unknown }): Promise<RecordingJob> =>
    recordings.jobs.settled((answer.json() as RecordingJob).id);
  const made = { app, market, ended };
  open.push(made);
  return made;
}

const TRADES = `symbol,time,price,qty
AAPL,2026-01-02T10:00:00.000Z,100.25,3
AAPL,2026-01-02T10:00:01.500Z,100.5,1
`;

// A thread that loads every format takes a second, on a busy machine several.
describe('the routes of recordings', { timeout: 60_000 }, () => {
  it('record, stop, tell, hand out, delete and restore', async () => {
    const { app, market } = await served();
    const begun = await app.inject({
      method: 'POST',
      url: '/api/recordings',
      payload: { name: 'Überblick', selectors: ['AAA'], seconds: 60 },
    });
    expect(begun.statusCode).toBe(201);
    expect(begun.json()).toMatchObject({
      name: 'Überblick',
      state: 'recording',
      untilUs: market.clock.nowUs() + 60_000_000,
    });
    market.run(10_000);
    const path = `/api/recordings/${encodeURIComponent('Überblick')}`;
    const during = await app.inject(`${path}/file`);
    expect(during.rawPayload.length).toBeGreaterThan(100);
    const stopped = await app.inject({ method: 'POST', url: `${path}/stop` });
    expect(stopped.json()).toMatchObject({ recording: { state: 'complete', events: 5 } });
    expect((await app.inject(path)).json()).toMatchObject({ name: 'Überblick', events: 5 });
    const file = await app.inject(`${path}/file`);
    expect(file.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="_berblick.tape"; filename*=UTF-8''%C3%9Cberblick.tape`,
      'x-content-type-options': 'nosniff',
    });
    const folder = freshFolder();
    mkdirSync(folder, { recursive: true });
    const copy = join(folder, 'copy.tape');
    writeFileSync(copy, file.rawPayload);
    expect(heldBy(copy).prices).toEqual([2, 4, 6, 8, 10]);
    const deleted = await app.inject({ method: 'DELETE', url: path });
    const { id } = deleted.json<{ id: string }>();
    expect((await app.inject('/api/recordings')).json()).toMatchObject({
      recordings: [],
      deleted: [{ id, name: 'Überblick' }],
      jobs: [],
      mayChange: true,
      tape: { state: 'recording' },
    });
    const restored = await app.inject({ method: 'POST', url: `/api/recordings/-/deleted/${id}/restore` });
    expect(restored.json()).toMatchObject({ name: 'Überblick', events: 5 });
  });

  it('keep a part of the tape', async () => {
    const { app, market, ended } = await served();
    market.run(10_000);
    const payload = { name: 'kept', fromUs: 0, toUs: market.clock.nowUs() };
    const answer = await app.inject({ method: 'POST', url: '/api/recordings/-/keep', payload });
    expect(answer.statusCode).toBe(202);
    expect(await ended(answer)).toMatchObject({ kind: 'keep', state: 'done', recording: 'kept' });
    const { id } = answer.json<RecordingJob>();
    expect((await app.inject(`/api/recordings/-/jobs/${id}`)).json()).toMatchObject({ state: 'done' });
  });

  it('import one file, or several as one recording', async () => {
    const { app, market, ended } = await served();
    const post = (url: string) =>
      app.inject({ method: 'POST', url, payload: TRADES, headers: { 'content-type': 'text/csv' } });
    const one = await post('/api/recordings/-/imports?file=apple.csv');
    expect(one.statusCode).toBe(202);
    expect(await ended(one)).toMatchObject({ kind: 'import', state: 'done', recording: 'apple', rows: 2 });
    const first = await post('/api/recordings/-/imports?file=a.csv&name=both&more=true');
    expect(first.json()).toMatchObject({ state: 'receiving' });
    const { id } = first.json<RecordingJob>();
    const second = await post(`/api/recordings/-/imports/${id}?file=b.csv&strict=true`);
    expect(await ended(second)).toMatchObject({ state: 'done', recording: 'both', rows: 4 });
    expect(market.library.info('both')).toMatchObject({ events: 4 });
    const late = await post(`/api/recordings/-/imports/${id}?file=c.csv`);
    expect([late.statusCode, late.json()]).toEqual([409, { message: 'This import takes no more files.' }]);
  });

  it('refuse an upload beyond the limit before it is read', async () => {
    const { app } = await served(true, 10);
    const answer = await app.inject({
      method: 'POST',
      url: '/api/recordings/-/imports?file=a.csv',
      payload: TRADES,
      headers: { 'content-type': 'text/csv' },
    });
    expect(answer.statusCode).toBe(413);
    expect(answer.json()).toEqual({ message: 'An upload may have 10 bytes at most.' });
  });

  it('cancel a job', async () => {
    const { app } = await served();
    const url = '/api/recordings/-/imports?file=a.csv&more=true';
    const begun = await app.inject({ method: 'POST', url, payload: 'x', headers: { 'content-type': 'a/b' } });
    const { id } = begun.json<RecordingJob>();
    const cancelled = await app.inject({ method: 'DELETE', url: `/api/recordings/-/jobs/${id}` });
    expect(cancelled.json()).toMatchObject({ id, state: 'cancelled' });
  });

  it.each([
    ['POST', '/api/recordings', { name: 5 }, 400],
    ['POST', '/api/recordings', { name: '../x' }, 400],
    ['POST', '/api/recordings', { surplus: 1 }, 400],
    ['POST', '/api/recordings', { seconds: 5, untilUs: 5 }, 400],
    ['POST', '/api/recordings', { untilUs: 5 }, 400],
    ['POST', '/api/recordings', { selectors: [''] }, 400],
    ['POST', '/api/recordings', { selectors: ['!A'] }, 400],
    ['POST', '/api/recordings', [], 400],
    ['POST', '/api/recordings/-/keep', { fromUs: 1 }, 400],
    ['POST', '/api/recordings/-/keep', { fromUs: 2, toUs: 1 }, 400],
    ['POST', '/api/recordings/-/imports', undefined, 400],
    ['POST', '/api/recordings/-/imports/none?file=a', { a: 1 }, 404],
    ['POST', '/api/recordings/none/stop', undefined, 404],
    ['DELETE', '/api/recordings/none', undefined, 404],
    ['DELETE', '/api/recordings/..%2F..%2Fetc', undefined, 404],
    ['GET', '/api/recordings/..%2Frolling%2Fsegment-00000001', undefined, 404],
    ['GET', '/api/recordings/%00/file', undefined, 404],
    ['GET', '/api/recordings/-/jobs/none', undefined, 404],
    ['POST', '/api/recordings/-/deleted/none/restore', undefined, 404],
  ] as const)('answer %s %s %j with %i and one sentence', async (method, url, payload, code) => {
    const { app } = await served();
    const answer = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
    expect(answer.statusCode).toBe(code);
    expect(Object.keys(answer.json<object>())).toEqual(['message']);
    expect(answer.json<{ message: string }>().message).toMatch(/^[^\n]*\.$/);
  });

  it('[SEC3] change nothing for a page of another origin', async () => {
    const { app, market } = await served();
    const from = (origin: string | undefined, host = '127.0.0.1:8080') =>
      app.inject({
        method: 'POST',
        url: '/api/recordings',
        headers: { host, 'content-type': 'text/plain', ...(origin === undefined ? {} : { origin }) },
        payload: '{}',
      });
    for (const origin of ['https://evil.example', 'null', 'https://desk.example.com.evil.io']) {
      const answer = await from(origin);
      expect([origin, answer.statusCode]).toEqual([origin, 403]);
      expect(answer.json()).toEqual({ message: 'This page may not change recordings.' });
    }
    expect((await from('http://evil.example', 'evil.example')).statusCode).toBe(403);
    expect(await market.library.list()).toEqual([]);
    for (const origin of ['http://127.0.0.1:8080', 'https://desk.example.com', undefined]) {
      const answer = await app.inject({
        method: 'POST',
        url: '/api/recordings',
        headers: { host: '127.0.0.1:8080', ...(origin === undefined ? {} : { origin }) },
        payload: {},
      });
      expect([origin, answer.statusCode]).toEqual([origin, 201]);
    }
  });

  it('change nothing where nobody may', async () => {
    const { app } = await served(false);
    const answer = await app.inject({ method: 'POST', url: '/api/recordings', payload: {} });
    expect(answer.statusCode).toBe(403);
    expect((await app.inject('/api/recordings')).json()).toMatchObject({ mayChange: false });
  });
});
