import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs } from '#protocol';
import type { EventSink, Feed, FeedReport } from '../../../../server/engine/ports.ts';
import { FeedSupervisor } from '../../../../server/feeds/supervisor.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { trade } from '../../../support/test-timeline.ts';

/** A feed that does at each start what the test lines up. */
class ScriptedFeed implements Feed {
  readonly name = 'scripted';
  readonly venue = 'test';
  readonly simulated = false;
  readonly offers = ['trade'] as const;
  starts = 0;
  closes = 0;
  sink: EventSink | null = null;
  onStart: (attempt: number) => Promise<void> = () => Promise.resolve();
  onClose: () => Promise<void> = () => Promise.resolve();

  start(sink: EventSink): Promise<void> {
    this.sink = sink;
    this.starts += 1;
    return this.onStart(this.starts);
  }

  subscribe(): void {}
  unsubscribe(): void {}

  close(): Promise<void> {
    this.closes += 1;
    return this.onClose();
  }
}

function supervised(random = () => 1) {
  const clock = new ManualClock();
  const feed = new ScriptedFeed();
  const problems: string[] = [];
  const events: unknown[] = [];
  const supervisor = new FeedSupervisor({
    feed,
    clock,
    random,
    onProblem: (sentence) => problems.push(sentence),
    sink: { define: () => instrumentId(0), onEvent: (event) => events.push(event) },
  });
  return { clock, feed, problems, events, supervisor };
}

/** Lets promises that are ready run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

describe('FeedSupervisor', () => {
  it('starts its feed and passes on what it says', async () => {
    const { supervisor, feed, events } = supervised();
    await supervisor.start();
    feed.sink!.onEvent(trade(0, 1, 5, 1));
    feed.sink!.onState('live', 'all is well');
    expect(events).toHaveLength(1);
    expect(supervisor.status()).toMatchObject({ name: 'scripted', state: 'live', message: 'all is well' });
  });

  it('says of a feed that lost its venue since when it brings nothing, and when it tries again', async () => {
    const { clock, supervisor, feed } = supervised();
    const report = { counters: {}, problems: [], instruments: { listed: 1, wanted: 1, live: 0 } };
    let away: Pick<FeedReport, 'lifeUs' | 'retryUs'> = { lifeUs: null, retryUs: null };
    Object.assign(feed, { report: (): FeedReport => ({ ...report, ...away }) });
    await supervisor.start();
    feed.sink!.onState('live', '1 of 2 instruments are not live.');
    expect(supervisor.status().message).toBe('1 of 2 instruments are not live.');
    feed.sink!.onState('down', 'The connection ended: closed with 1006.');
    const nowUs = clock.nowUs();
    away = { lifeUs: null, retryUs: unixUs(nowUs + 1_200_000) };
    const why = 'The connection ended: closed with 1006.';
    expect(supervisor.status().message).toBe(`Retrying in 2 s. ${why}`);
    away = { lifeUs: nowUs, retryUs: unixUs(nowUs + 1_200_000) };
    const since = `No data since ${new Date(nowUs / 1000).toISOString().slice(11, 19)} UTC.`;
    expect(supervisor.status().message).toBe(`${since} Retrying in 2 s. ${why}`);
    clock.advance(1_150);
    expect(supervisor.status().message).toBe(`${since} Retrying in 1 s. ${why}`);
    away = { lifeUs: nowUs, retryUs: null };
    feed.sink!.onState('connecting', why);
    expect(supervisor.status().message).toBe(`${since} ${why}`);
    away = { lifeUs: unixUs(Date.UTC(2020, 1, 3, 14, 27, 41) * 1000), retryUs: null };
    expect(supervisor.status().message).toBe(`No data since 2020-02-03 14:27:41 UTC. ${why}`);
  });

  it.each<[string, () => Promise<void>]>([
    ['rejects', () => Promise.reject(new Error('No route.'))],
    [
      'throws at once',
      () => {
        throw new Error('No route.');
      },
    ],
  ])('shows a feed that %s as down, and tries again', async (_, onStart) => {
    const { clock, supervisor, feed, problems } = supervised(() => 0);
    feed.onStart = onStart;
    await supervisor.start();
    expect(supervisor.status()).toMatchObject({
      state: 'down',
      message: 'scripted: No route. Next attempt in 0.5 s.',
    });
    expect(problems).toEqual([supervisor.status().message]);
    feed.onStart = () => Promise.resolve();
    clock.advance(500);
    await settle();
    expect(feed.starts).toBe(2);
    expect(clock.pendingTimers).toBe(1);
  });

  it('ends what a library threw as a sentence before the next one', async () => {
    const { supervisor, feed } = supervised(() => 0);
    feed.onStart = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:9'));
    await supervisor.start();
    expect(supervisor.status().message).toBe(
      'scripted: connect ECONNREFUSED 127.0.0.1:9. Next attempt in 0.5 s.',
    );
  });

  it('waits longer after each failure, up to half a minute, and begins anew after a success', async () => {
    const { clock, supervisor, feed } = supervised();
    feed.onStart = () => Promise.reject(new Error('No.'));
    await supervisor.start();
    const waits: number[] = [];
    for (let attempt = 2; attempt < 10; attempt += 1) {
      const before = clock.nowUs();
      while (feed.starts < attempt) clock.advance(100);
      waits.push((clock.nowUs() - before) / 1_000_000);
      await settle();
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    feed.onStart = () => Promise.resolve();
    clock.advance(30_000);
    await settle();
    expect([feed.starts, clock.pendingTimers]).toEqual([10, 1]);
  });

  it('does not keep the server from starting when a venue never answers', async () => {
    const { clock, supervisor, feed } = supervised();
    let arrive = (): void => {};
    feed.onStart = () => new Promise((resolve) => (arrive = resolve));
    let started = false;
    const starting = supervisor.start().then(() => (started = true));
    clock.advance(4_900);
    await settle();
    expect(started).toBe(false);
    clock.advance(200);
    await starting;
    expect(supervisor.status().state).toBe('connecting');
    arrive();
    await settle();
    expect(feed.starts).toBe(1);
  });

  it('measures events a second and the median latency, also a negative one', async () => {
    const { clock, supervisor, feed } = supervised();
    await supervisor.start();
    expect(supervisor.status()).toMatchObject({ eventsPerSecond: 0, latencyMs: null });
    for (const latencyMs of [5, -3, 900, 7, 6])
      feed.sink!.onEvent({
        ...trade(0, 1_000_000, 5, 1),
        receiveTimeUs: unixUs(1_000_000 + latencyMs * 1_000),
      });
    clock.advance(1_000);
    expect(supervisor.status()).toMatchObject({ eventsPerSecond: 5, latencyMs: 6 });
    for (let index = 0; index < 2_000; index += 1)
      feed.sink!.onEvent({ ...trade(0, 1_000_000, 5, 1), receiveTimeUs: unixUs(997_000) });
    clock.advance(1_000);
    expect(supervisor.status()).toMatchObject({ eventsPerSecond: 2_000, latencyMs: -3 });
    clock.advance(1_000);
    expect(supervisor.status()).toMatchObject({ eventsPerSecond: 0, latencyMs: null });
  });

  it('closes once, frees its timers, and lets nothing in afterwards', async () => {
    const { clock, supervisor, feed, events } = supervised();
    feed.onStart = () => Promise.reject(new Error('No.'));
    await supervisor.start();
    await supervisor.close();
    await supervisor.close();
    feed.sink!.onEvent(trade(0, 1, 5, 1));
    clock.advance(60_000);
    expect([feed.starts, feed.closes, events.length, clock.pendingTimers]).toEqual([1, 1, 0, 0]);
    expect(supervisor.status().state).toBe('closed');
  });

  it('does not try again a start that fails after the close', async () => {
    const { clock, supervisor, feed, problems } = supervised();
    let fail = (_: Error): void => {};
    feed.onStart = () => new Promise((_, reject) => (fail = reject));
    const starting = supervisor.start();
    await supervisor.close();
    fail(new Error('Cut.'));
    await starting;
    expect([clock.pendingTimers, problems]).toEqual([0, []]);
  });

  it('reports a feed that does not close, and goes on closing', async () => {
    const { supervisor, feed, problems } = supervised();
    await supervisor.start();
    feed.onClose = () => Promise.reject(new Error('Stuck.'));
    await supervisor.close();
    expect(problems).toEqual(['scripted did not close: Stuck.']);
    expect(supervisor.status().state).toBe('closed');
  });

  it('gives up a feed that never closes, so that it can stop', async () => {
    const { clock, supervisor, feed, problems } = supervised();
    await supervisor.start();
    feed.onClose = () => new Promise(() => undefined);
    const closing = supervisor.close();
    clock.advance(2_000);
    await closing;
    expect(problems).toEqual(['scripted did not close: it took longer than 2 s.']);
    expect([supervisor.status().state, clock.pendingTimers]).toEqual(['closed', 0]);
  });

  it('does not start a feed again that was closed while it was being restarted', async () => {
    const { supervisor, feed } = supervised();
    Object.assign(feed, { restartable: true });
    await supervisor.start();
    const restarting = supervisor.restart();
    await supervisor.close();
    await restarting;
    expect([feed.starts, supervisor.status().state]).toEqual([1, 'closed']);
  });

  it('closes again what a start that was under way has opened after the close', async () => {
    const { supervisor, feed } = supervised();
    let arrive = (): void => {};
    feed.onStart = () => new Promise((resolve) => (arrive = resolve));
    const starting = supervisor.start();
    await supervisor.close();
    arrive();
    await starting;
    expect(feed.closes).toBe(2);
  });

  it('shows a feed whose report throws all the same, and says so once', async () => {
    const { supervisor, feed, problems } = supervised();
    Object.assign(feed, {
      report() {
        throw new Error('No report.');
      },
    });
    await supervisor.start();
    expect([supervisor.status().name, supervisor.lifeUs]).toEqual(['scripted', 0]);
    expect(supervisor.problems).toMatchObject([{ message: 'scripted: No report.' }]);
    expect(problems).toEqual(['scripted: No report.']);
  });

  it('is down with a sentence when it defines what is no instrument, and nobody else hears of it', async () => {
    const { supervisor, feed, problems } = supervised(() => 0);
    const defined = { venue: 'test', symbol: 'A', name: '', assetClass: 'other', currency: '', tick: 0.01 };
    feed.onStart = () => {
      feed.sink!.define(defined as never);
      return Promise.resolve();
    };
    await supervisor.start();
    expect(supervisor.instruments).toEqual([]);
    expect(supervisor.status().state).toBe('down');
    expect(problems).toEqual([
      'scripted: test:A is defined with the tick 0.01: expected { units, decimals }, whole numbers from 1 and from 0 to 18. Next attempt in 0.5 s.',
    ]);
  });
});
