import { describe, expect, it } from 'vitest';
import { LIMITS, type ServerMessage } from '#protocol';
import type { Grant, Verdict } from '../../../server/access/authority.ts';
import { answered, KnownTokens } from '../../support/known-tokens.ts';
import { openGate } from '../../support/open-gate.ts';
import { testTimeline, trade, type TestTimeline } from '../../support/test-timeline.ts';
import { TestViewer } from '../../support/test-viewer.ts';

const SYMBOLS = ['BTC-USD', 'BTC-EUR', 'ETH-USD', 'ETH-EUR'];

interface Bench extends TestTimeline {
  readonly known: KnownTokens;
  /** A connection to which nothing was said yet. */
  open(): TestViewer;
  /** One that was let in. */
  viewer(token: string): TestViewer;
}

function bench(grants: Readonly<Record<string, Grant>>): Bench {
  const parts = testTimeline({ symbols: SYMBOLS });
  const known = new KnownTokens(grants);
  const gate = openGate(parts.clock, [known]);
  const open = (): TestViewer => new TestViewer(parts, { gate });
  for (const [id] of SYMBOLS.entries()) parts.engine.onEvent(trade(id, parts.clock.nowUs(), 100 + id, 1));
  return { ...parts, known, open, viewer: (token) => open().hello(undefined, token) };
}

const closeOf = (viewer: TestViewer): number | undefined => viewer.socket.closed?.code;
const typesOf = (messages: readonly ServerMessage[]): string[] => messages.map(({ type }) => type);
const symbolsOf = (viewer: TestViewer): string[] =>
  [...viewer.deliver().model.entries.values()].map(({ symbol }) => symbol).sort();
const prices = (viewer: TestViewer): number[] =>
  SYMBOLS.map((_, id) => viewer.deliver().model.columns.last[id]!);

const BTC: Grant = { user: 'ada', symbols: ['BTC-*'] };
const ALL: Grant = { user: 'root' };

describe('who may watch', () => {
  it.each([
    ['a missing', undefined],
    ['a wrong', 'nonsense'],
    ['an expired', 'old'],
  ])('[HS6] closes %s token with 4401, and says nothing before', (_, token) => {
    const { open } = bench({ good: ALL, old: { user: 'ada', expiresUs: 5 } });
    const viewer = open().hello(undefined, token);
    expect(closeOf(viewer)).toBe(4401);
    expect(typesOf(viewer.heard())).toEqual(['goodbye']);
    expect(viewer.ended).toBe(1);
  });

  it('[AC1] says in welcome who the viewer is, and until when', () => {
    const { viewer, clock } = bench({ good: ALL });
    expect(viewer('good').heard()[0]).toMatchObject({ type: 'welcome', user: 'root' });
    const expiresUs = clock.nowUs() + 60e6;
    const { viewer: second } = bench({ good: { user: 'ada', expiresUs } });
    expect(second('good').heard()[0]).toMatchObject({ user: 'ada', expiresUs });
  });

  it('[SEC5] [HS6] answers nothing but hello before it was accepted: no data, no dictionary, no word of a symbol', () => {
    const { open, clock } = bench({ good: ALL });
    const viewer = open();
    viewer.subscribe(1, 'quote', ['BTC-USD']).say({ type: 'dictionary' });
    viewer.say({ type: 'history', request: 1, kind: 'trades', instrument: 0, count: 5 });
    viewer.say({ type: 'token', token: 'good' });
    clock.advance(2_000);
    const heard = viewer.heard();
    expect(heard.map((message) => (message.type === 'error' ? message.code : message.type))).toEqual([
      102, 102, 102, 102,
    ]);
    expect(JSON.stringify(heard)).not.toContain('BTC');
    expect(viewer.model.frames).toEqual([]);
  });

  it('[SEC5] [HS7] closes a connection that sends too much before hello', () => {
    const { open } = bench({ good: ALL });
    const viewer = open();
    const filler = 'x'.repeat(4_000);
    for (let count = 0; count < 4; count += 1) viewer.say({ type: 'nonsense', filler });
    expect(closeOf(viewer)).toBeUndefined();
    viewer.say({ type: 'nonsense', filler });
    expect(closeOf(viewer)).toBe(1009);
  });

  it('[SEC5] closes a connection that does not say who it is in time', () => {
    const parts = bench({ good: ALL });
    const viewer = parts.open();
    parts.clock.advance(LIMITS.helloDeadlineMs + 1_001);
    viewer.session.sweep(parts.clock.nowUs());
    expect(closeOf(viewer)).toBe(4408);
  });

  it('[HS7] keeps in order what is sent while the token is looked at', async () => {
    const parts = bench({ good: BTC });
    let settle: (verdict: Verdict) => void = () => undefined;
    parts.known.instead = () => new Promise((resolve) => (settle = resolve));
    const viewer = parts.viewer('good').subscribe(1, 'quote', ['*']).say({ type: 'ping', nonce: 7 });
    expect(viewer.heard()).toEqual([]);
    settle({ ok: true, grant: BTC });
    await answered();
    parts.clock.advance(10);
    expect(typesOf(viewer.heard())).toEqual([
      'welcome',
      'timeline',
      'status',
      'subscribed',
      'instruments',
      'pong',
    ]);
    expect(symbolsOf(viewer)).toEqual(['BTC-EUR', 'BTC-USD']);
  });

  it('[HS7] closes a connection that sends too much while its token is looked at', () => {
    const parts = bench({});
    parts.known.instead = () => new Promise(() => undefined);
    const viewer = parts.viewer('good');
    const selectors = Array.from({ length: 1_000 }, (_, index) => `SYMBOL-${index}-${'x'.repeat(20)}`);
    for (let number = 0; number < 3; number += 1) viewer.subscribe(number, 'quote', selectors);
    expect(closeOf(viewer)).toBe(1009);
  });

  it('[AC4] tells clients to come back when it cannot be found out who they are', async () => {
    const { known, viewer } = bench({});
    known.instead = () => Promise.reject(new Error('no database'));
    const refused = viewer('good');
    await answered();
    expect(closeOf(refused)).toBe(4004);
    expect(refused.heard()).toMatchObject([{ type: 'goodbye', code: 4004, retryAfterMs: 5_000 }]);
  });

  it('[SEC4] logs who came and went, and never what it came with', () => {
    const { viewer } = bench({ 'secret-token-1': BTC });
    const good = viewer('secret-token-1');
    const bad = viewer('secret-token-2');
    good.session.close('shutdown');
    const log = [...good.log, ...bad.log];
    expect(log).toContainEqual({ event: 'session open', detail: expect.objectContaining({ user: 'ada' }) });
    expect(log).toContainEqual({
      event: 'session closed',
      detail: expect.objectContaining({ code: 4401, address: '127.0.0.1' }),
    });
    expect(JSON.stringify(log)).not.toContain('secret-token');
  });

  it('[SEC6] [AC3] closes within a second of the expiry', () => {
    const { viewer, clock } = bench({ good: ALL });
    const expiresUs = clock.nowUs() + 10_300_000;
    const short = bench({ good: { user: 'ada', expiresUs } });
    const expiring = short.viewer('good').subscribe(1, 'quote', ['*']);
    const staying = viewer('good');
    short.clock.advance(10_299);
    expect(closeOf(expiring)).toBeUndefined();
    short.clock.advance(1_000);
    clock.advance(11_299);
    expect(closeOf(expiring)).toBe(4401);
    expect(closeOf(staying)).toBeUndefined();
  });
});

describe('another token on the same connection', () => {
  it('[SEC6] [AC2] takes the place of the one before: the connection outlives its first expiry', () => {
    const parts = bench({ next: { user: 'ada', symbols: ['BTC-*'] } });
    const expiresUs = parts.clock.nowUs() + 5_000_000;
    parts.known.grants.set('first', { ...BTC, expiresUs });
    const viewer = parts.viewer('first').subscribe(1, 'quote', ['*']);
    const { epoch } = viewer.deliver().model;
    viewer.heard();
    viewer.say({ type: 'token', token: 'next' });
    expect(viewer.heard()).toEqual([{ type: 'access', user: 'ada' }]);
    parts.clock.advance(20_000);
    expect(closeOf(viewer)).toBeUndefined();
    // Nothing began anew: the same instruments may be seen.
    expect(viewer.deliver().model.epoch).toBe(epoch);
    expect(typesOf(viewer.heard())).not.toContain('timeline');
  });

  it('[AC2] is refused when it is wrong, and the one before holds', () => {
    const { viewer, clock } = bench({ good: ALL });
    const watching = viewer('good');
    watching.heard();
    watching.say({ type: 'token', token: 'nonsense' });
    expect(watching.heard()).toMatchObject([{ type: 'error', code: 117, inReplyTo: 'token' }]);
    clock.advance(5_000);
    expect(closeOf(watching)).toBeUndefined();
  });

  it('[AC2] is refused where nobody is asked for one', () => {
    const parts = testTimeline({ symbols: ['A'] });
    const viewer = new TestViewer(parts).hello();
    viewer.heard();
    expect(viewer.say({ type: 'token', token: 'any' }).errors()).toEqual([117]);
  });

  it('[SEC7] [AC6] begins anew when it shows other instruments, and what may not be seen is void', () => {
    const parts = bench({ all: ALL, btc: { ...BTC, user: 'root' } });
    const viewer = parts.viewer('all').subscribe(1, 'quote', ['*']).subscribe(2, 'trade', ['ETH-USD']);
    expect(prices(viewer)).toEqual([100, 101, 102, 103]);
    viewer.heard();
    viewer.say({ type: 'token', token: 'btc' });
    const heard = viewer.heard();
    expect(typesOf(heard)).toEqual([
      'access',
      'timeline',
      'status',
      'subscribed',
      'instruments',
      'subscribed',
    ]);
    expect(heard[1]).toMatchObject({ switched: true });
    expect(heard[3]).toMatchObject({ subscription: 1, instruments: 2 });
    expect(heard[5]).toMatchObject({ subscription: 2, instruments: 0, unmatched: ['ETH-USD'] });
    expect(symbolsOf(viewer)).toEqual(['BTC-EUR', 'BTC-USD']);
    expect(prices(viewer).slice(2)).toEqual([Number.NaN, Number.NaN]);
    viewer.say({ type: 'token', token: 'all' });
    expect(prices(viewer)).toEqual([100, 101, 102, 103]);
    expect(viewer.heard().at(-1)).toMatchObject({ subscription: 2, instruments: 1, unmatched: [] });
  });

  it('[SEC7] [AC8] within a second shows nothing more of what the authority took away', () => {
    const parts = bench({ good: ALL });
    const viewer = parts.viewer('good').subscribe(1, 'quote', ['*']);
    viewer.heard();
    parts.known.grants.set('good', { user: 'root', symbols: ['ETH-*'] });
    parts.known.recheck();
    parts.clock.advance(1_000);
    for (const [id] of SYMBOLS.entries()) parts.engine.onEvent(trade(id, parts.clock.nowUs(), 200 + id, 1));
    parts.clock.advance(1_000);
    expect(prices(viewer)).toEqual([Number.NaN, Number.NaN, 202, 203]);
    parts.known.grants.set('good', { user: 'eve', symbols: ['ETH-*'] });
    parts.known.recheck();
    expect(viewer.heard()).toContainEqual({ type: 'access', user: 'eve' });
    parts.known.grants.clear();
    parts.known.recheck();
    expect(closeOf(viewer)).toBe(4401);
  });

  it('[AC2] answers in order what came while the new one was looked at', async () => {
    const parts = bench({ good: ALL });
    const viewer = parts.viewer('good');
    viewer.heard();
    const settles: ((verdict: Verdict) => void)[] = [];
    parts.known.instead = () => new Promise((resolve) => settles.push(resolve));
    viewer.say({ type: 'token', token: 'a' }).say({ type: 'ping', nonce: 1 });
    viewer.say({ type: 'token', token: 'b' }).say({ type: 'ping', nonce: 2 });
    settles[0]!({ ok: true, grant: { user: 'a' } });
    await answered();
    settles[1]!({ ok: true, grant: { user: 'b' } });
    await answered();
    expect(viewer.heard()).toMatchObject([{ user: 'a' }, { nonce: 1 }, { user: 'b' }, { nonce: 2 }]);
  });
});

describe('what may be seen', () => {
  it('[SEC7] [AC5] [ER3] expands wildcards to it, and answers the rest as what does not exist', () => {
    const parts = bench({ btc: BTC });
    const viewer = parts.viewer('btc').subscribe(1, 'quote', ['*']);
    expect(viewer.heard()).toContainEqual(expect.objectContaining({ type: 'subscribed', instruments: 2 }));
    const answer = (selector: string) => {
      viewer.subscribe(2, 'quote', [selector]).say({ type: 'unsubscribe', subscription: 2 });
      const { unmatched, ...rest } = viewer.heard().find(({ type }) => type === 'subscribed') as {
        type: 'subscribed';
        unmatched: string[];
      };
      expect(unmatched).toEqual([selector]);
      return rest;
    };
    for (const [hidden, absent] of [
      ['ETH-USD', 'NIL-USD'],
      ['test:ETH-USD', 'test:NIL-USD'],
      ['ETH-*', 'NIL-*'],
    ])
      expect(answer(hidden!)).toEqual(answer(absent!));
    expect(symbolsOf(viewer)).toEqual(['BTC-EUR', 'BTC-USD']);
  });

  it('[SEC8] [AC5] answers history of what may not be seen as of what does not exist', async () => {
    const { viewer } = bench({ btc: BTC });
    const watching = viewer('btc');
    watching.heard();
    const ask = async (instrument: number) => {
      watching.say({ type: 'history', request: 1, kind: 'trades', instrument, count: 5 });
      watching.say({ type: 'history', request: 2, kind: 'bars', interval: '1m', instrument, count: 5 });
      watching.say({
        type: 'history',
        request: 3,
        kind: 'closes',
        interval: '1m',
        instruments: [0, instrument],
        count: 5,
      });
      await answered();
      return watching.heard();
    };
    expect(typesOf(await ask(1))).toEqual(['history', 'history', 'history']);
    const hidden = await ask(2);
    expect(hidden.map((message) => message.type === 'error' && message.code)).toEqual([109, 109, 109]);
    expect(hidden).toEqual(await ask(4_000));
  });

  it('[SEC7] lets an instrument appear that is listed later only where it may be seen', () => {
    const parts = bench({ btc: BTC, all: ALL });
    const limited = parts.viewer('btc').subscribe(1, 'quote', ['*', 'ETH-GBP']);
    const whole = parts.viewer('all').subscribe(1, 'quote', ['*']);
    for (const symbol of ['BTC-GBP', 'ETH-GBP'])
      parts.engine.define({
        ...parts.engine.dictionary.definition(parts.engine.dictionary.ids()[0]!),
        symbol,
      });
    for (const id of [4, 5]) parts.engine.onEvent(trade(id, parts.clock.nowUs(), 300 + id, 1));
    parts.clock.advance(1_000);
    expect(symbolsOf(limited)).toEqual(['BTC-EUR', 'BTC-GBP', 'BTC-USD']);
    expect(symbolsOf(whole)).toHaveLength(6);
  });

  it('[SEC8] tells of feeds and doubts only what concerns it', () => {
    const parts = bench({ btc: BTC });
    parts.source.status = [
      {
        name: 'test feed',
        venue: 'test',
        state: 'stale',
        simulated: false,
        eventsPerSecond: 5,
        latencyMs: 1,
        message: 'ETH-USD is silent.',
        instruments: { listed: 4, wanted: 4, live: 3 },
        lastProblem: { timeUs: parts.clock.nowUs(), message: 'ETH-USD: a gap.' },
      },
    ];
    const stale = [0, 2].map((id) => ({ instrument: parts.engine.dictionary.ids()[id]!, reason: 'silent' }));
    Object.assign(parts.source, { stale: () => stale });
    const viewer = parts.viewer('btc');
    const status = viewer.heard().find(({ type }) => type === 'status');
    expect(status).toMatchObject({ stale: [{ instrument: 0 }] });
    expect(JSON.stringify(status)).not.toContain('ETH');
    parts.timeline.tellStale();
    parts.clock.advance(2_000);
    expect(JSON.stringify(viewer.heard())).not.toContain('ETH');
  });

  it('[SEC7] [AC7] resumes only with what the same class held', () => {
    const parts = bench({
      btc: BTC,
      also: { user: 'bob', symbols: ['BTC-*'] },
      eth: { user: 'eve', symbols: ['ETH-*'] },
      all: ALL,
    });
    const first = parts.viewer('btc').subscribe(1, 'quote', ['*']);
    const { epoch, asOf } = first.deliver().model;
    const outcome = (token: string, held = epoch): string => {
      const viewer = parts.open().hello({ epoch: held, asOf }, token);
      const welcome = viewer.heard()[0];
      return welcome?.type === 'welcome' ? welcome.resume : 'none';
    };
    expect(outcome('also')).toBe('resumed');
    for (const token of ['eth', 'all']) expect(outcome(token)).toBe('reset');
    expect(outcome('all', parts.timeline.epoch)).toBe('resumed');
    expect(outcome('btc', parts.timeline.epoch)).toBe('reset');
    const back = parts.open().hello({ epoch, asOf }, 'also').subscribe(1, 'quote', ['*'], { resume: true });
    back.heard();
    expect(back.model.frames.flatMap(({ ids }) => ids)).not.toContain(2);
  });

  it('[SEC7] a viewer that may see nothing sees nothing', () => {
    const { viewer, clock } = bench({ none: { user: 'x', symbols: [] } });
    const watching = viewer('none').subscribe(1, 'quote', ['*']).subscribe(2, 'trade', ['BTC-USD']);
    clock.advance(2_000);
    expect(watching.heard().filter(({ type }) => type === 'instruments' && type.length === 0)).toEqual([]);
    expect(watching.model.entries.size).toBe(0);
    expect(watching.model.frames.flatMap(({ ids }) => ids)).toEqual([]);
  });
});
