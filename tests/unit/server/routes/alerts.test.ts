import Fastify, { type FastifyInstance } from 'fastify';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertNews, AlertRule } from '#protocol';
import { OriginPolicy } from '../../../../server/access/origins.ts';
import { AlertService } from '../../../../server/alerts/alert-service.ts';
import { AlertStore } from '../../../../server/alerts/alert-store.ts';
import { WebhookList } from '../../../../server/alerts/webhook-list.ts';
import { readCursor } from '../../../../server/routes/alert-stream.ts';
import { alertsRoutes } from '../../../../server/routes/alerts.ts';
import { EventStream } from '../../../support/event-stream.ts';
import { crossing, draft, freshFolder, WatchedMarket } from '../alerts/watched-market.ts';
import { openGate } from '../../../support/open-gate.ts';

interface Served {
  readonly app: FastifyInstance;
  readonly market: WatchedMarket;
  readonly service: AlertService;
  readonly url: string;
}

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function served({ mayChange = true, streamsMax = 10, isOff = false } = {}): Promise<Served> {
  const market = new WatchedMarket();
  const service = new AlertService({
    store: new AlertStore(join(freshFolder(), 'alerts.db')),
    clock: market.clock,
    engine: market.engine,
    taps: market.taps,
    webhooks: new WebhookList([]),
    mayChange,
    onNotice: () => undefined,
  });
  const app = Fastify({ forceCloseConnections: true });
  await alertsRoutes(app, {
    alerts: isOff ? null : service,
    reason: 'Alerts are off on this server.',
    clock: market.clock,
    gate: openGate(market.clock),
    dictionary: market.engine.dictionary,
    origins: new OriginPolicy('127.0.0.1', ['https://desk.example.com']),
    mayChange,
    streamsMax,
    findReplay: () => null,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  closing.push(
    () => service.close(),
    () => app.close(),
  );
  return { app, market, service, url };
}

const PATH = '/api/alerts';

function fire({ market }: Served, times = 1): void {
  for (let count = 0; count < times; count += 1) {
    market.clock.advance(2_000);
    market.trade(9_000);
    market.clock.advance(2_000);
    market.trade(11_000);
    market.clock.advance(200);
  }
}

const firedIn = (stream: EventStream): number[] =>
  stream.events.flatMap(({ data }) => {
    const news = data as AlertNews;
    return news.type === 'firing' ? [news.firing.seq] : [];
  });

describe('the routes of alerts', () => {
  it('make, list, change, mute, re-arm, delete and restore', async () => {
    const { app } = await served();
    const made = await app.inject({
      method: 'POST',
      url: PATH,
      payload: { selectors: ['AAA'], condition: crossing('100') },
    });
    expect(made.statusCode).toBe(201);
    const { id } = made.json<AlertRule>();
    expect(made.json()).toMatchObject({ repeat: false, minIntervalS: 60, enabled: true, phases: { new: 1 } });
    const changed = await app.inject({ method: 'PATCH', url: `${PATH}/${id}`, payload: { note: 'x' } });
    expect(changed.json()).toMatchObject({ note: 'x', condition: crossing('100') });
    const mute = { method: 'POST', url: `${PATH}/${id}/mute`, payload: { untilUs: 5 } } as const;
    expect((await app.inject(mute)).statusCode).toBe(204);
    expect((await app.inject({ ...mute, url: `${PATH}/mute` })).statusCode).toBe(204);
    expect((await app.inject(PATH)).json()).toMatchObject({
      mutedUntilUs: 5,
      rules: [{ id, mutedUntilUs: 5 }],
    });
    expect((await app.inject({ method: 'POST', url: `${PATH}/${id}/rearm` })).json()).toMatchObject({ id });
    expect((await app.inject({ method: 'DELETE', url: `${PATH}/${id}` })).statusCode).toBe(204);
    expect((await app.inject({ method: 'DELETE', url: `${PATH}/${id}` })).json()).toEqual({
      message: `There is no alert ${id}.`,
    });
    expect((await app.inject({ method: 'POST', url: `${PATH}/${id}/restore` })).json()).toMatchObject({ id });
  });

  it('tell the history in pages, newest first', async () => {
    const it = await served();
    it.service.create(draft(crossing('100'), { repeat: true }));
    fire(it, 5);
    const page = (await it.app.inject(`${PATH}/history?limit=2`)).json<{
      firings: { seq: number }[];
      more: boolean;
    }>();
    expect([page.firings.map(({ seq }) => seq), page.more]).toEqual([[5, 4], true]);
    const last = (await it.app.inject(`${PATH}/history?limit=4&before=4&rule=1`)).json<typeof page>();
    expect([last.firings.map(({ seq }) => seq), last.more]).toEqual([[3, 2, 1], false]);
    for (const query of ['limit=0', 'limit=9999', 'before=x', 'other=1'])
      expect((await it.app.inject(`${PATH}/history?${query}`)).statusCode, query).toBe(400);
  });

  it('[SEC1] [SEC3] let no foreign page change anything, nor listen', async () => {
    const { app } = await served();
    for (const origin of ['https://evil.example', 'https://desk.example.com.evil.io', 'null']) {
      const headers = { origin, host: '127.0.0.1:8080' };
      const payload = { selectors: ['AAA'], condition: crossing('1') };
      const answer = await app.inject({ method: 'POST', url: PATH, headers, payload });
      expect([answer.statusCode, answer.json()]).toEqual([
        403,
        { message: 'This page may not use the alerts of this server.' },
      ]);
      expect((await app.inject({ url: `${PATH}/stream`, headers })).statusCode).toBe(403);
    }
    const headers = { origin: 'https://desk.example.com', host: '127.0.0.1:8080' };
    const payload = { selectors: ['AAA'], condition: crossing('1') };
    expect((await app.inject({ method: 'POST', url: PATH, headers, payload })).statusCode).toBe(201);
  });

  it('[SEC9] answer what is no rule with a sentence', async () => {
    const { app } = await served();
    for (const payload of [{}, { selectors: [] }, [], { selectors: ['A'], condition: { kind: 'magic' } }])
      expect(
        (await app.inject({ method: 'POST', url: PATH, payload })).json<{ message: string }>().message,
      ).toMatch(/\.$/);
    const broken = {
      method: 'POST',
      url: PATH,
      headers: { 'content-type': 'application/json' },
      payload: '{"a":',
    } as const;
    expect((await app.inject(broken)).statusCode).toBe(400);
    expect((await app.inject({ ...broken, payload: `"${'x'.repeat(70_000)}"` })).statusCode).toBe(413);
    for (const path of ['0', '-1', 'x', '1e3', '99999999999999999999'])
      expect((await app.inject({ method: 'DELETE', url: `${PATH}/${path}` })).statusCode, path).toBe(404);
  });

  it('[SEC12] are changed 120 times a minute at most', async () => {
    const { app, market } = await served();
    const mute = { method: 'POST', url: `${PATH}/mute`, payload: { untilUs: 0 } } as const;
    for (let count = 0; count < 120; count += 1) expect((await app.inject(mute)).statusCode).toBe(204);
    const refused = await app.inject(mute);
    expect([refused.statusCode, Number(refused.headers['retry-after'])]).toEqual([429, 60]);
    market.clock.advance(60_000);
    expect((await app.inject(mute)).statusCode).toBe(204);
  });

  it('say why, where they are off or nobody may change them', async () => {
    const off = await served({ isOff: true });
    expect((await off.app.inject(PATH)).json()).toMatchObject({
      available: false,
      message: 'Alerts are off on this server.',
    });
    expect((await off.app.inject({ method: 'POST', url: PATH, payload: {} })).statusCode).toBe(409);
    const shown = await served({ mayChange: false });
    expect((await shown.app.inject({ method: 'POST', url: PATH, payload: {} })).json()).toEqual({
      message: 'This server lets nobody change alerts.',
    });
  });
});

describe('the stream of alerts', () => {
  it('tells the overview, then what happens, each firing under its number', async () => {
    const it = await served();
    const stream = await EventStream.open(`${it.url}${PATH}/stream`);
    await expect
      .poll(() => stream.events[0]?.data)
      .toMatchObject({ type: 'overview', overview: { rules: [] } });
    it.service.create(draft(crossing('100')));
    fire(it);
    const { store } = it.service.overview();
    await expect.poll(() => stream.lastEventId).toBe(`${store}.1`);
    stream.close();
  });

  it('goes on after the last firing that was seen: none is left out, none comes twice', async () => {
    const it = await served();
    it.service.create(draft(crossing('100'), { repeat: true }));
    const first = await EventStream.open(`${it.url}${PATH}/stream`);
    fire(it, 3);
    await expect.poll(() => firedIn(first)).toEqual([1, 2, 3]);
    first.close();
    fire(it, 2);
    const second = await EventStream.open(`${it.url}${PATH}/stream`, first.lastEventId);
    await expect.poll(() => firedIn(second)).toEqual([4, 5]);
    fire(it);
    await expect.poll(() => firedIn(second)).toEqual([4, 5, 6]);
    second.close();
    // A page names it in the address, where it cannot set a header.
    const third = await EventStream.open(`${it.url}${PATH}/stream?after=${first.lastEventId}`);
    await expect.poll(() => firedIn(third)).toEqual([4, 5, 6]);
    third.close();
  });

  it('takes the numbers of another database for none', async () => {
    const it = await served();
    it.service.create(draft(crossing('100'), { repeat: true }));
    fire(it, 2);
    const stream = await EventStream.open(`${it.url}${PATH}/stream`, 'abcdef.1');
    fire(it);
    await expect.poll(() => firedIn(stream)).toEqual([3]);
    stream.close();
  });

  it('[SEC12] has a bound, and room again when one leaves', async () => {
    const it = await served({ streamsMax: 1 });
    const first = await EventStream.open(`${it.url}${PATH}/stream`);
    await expect(EventStream.open(`${it.url}${PATH}/stream`)).rejects.toThrow('503');
    first.close();
    await expect
      .poll(() =>
        EventStream.open(`${it.url}${PATH}/stream`).then(
          (stream) => (stream.close(), true),
          () => false,
        ),
      )
      .toBe(true);
  });

  it('ends when the server does', async () => {
    const it = await served();
    const stream = await EventStream.open(`${it.url}${PATH}/stream`);
    await it.app.close();
    await stream.ended;
  });

  it.each(['', 'x', '1', '.1', 'abc.', 'abc.-1', 'abc.1.2', 'xyz.1', `abc.${'9'.repeat(20)}`])(
    'reads no place from %j',
    (text) => expect(readCursor(text)).toBeNull(),
  );
});
