import { describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol';
import { checkClientMessage } from '../../../../server/sessions/message-schema.ts';

const subscribe = { type: 'subscribe', subscription: 1, channel: 'quote', selectors: ['*'] };
const bars = { type: 'history', request: 1, kind: 'bars', instrument: 0, interval: '1m', count: 10 };

describe('checkClientMessage', () => {
  it.each<[string, object]>([
    ['hello', { type: 'hello', version: 1, client: 'x', token: 't', resume: { epoch: 'e', asOf: 5 } }],
    ['subscribe', { ...subscribe, maxRateHz: 0.1, resume: true }],
    ['subscribe to bars', { ...subscribe, channel: 'bar:15m' }],
    [
      'subscribe with as many selectors as may be',
      { ...subscribe, selectors: Array.from({ length: 5_000 }, () => 'A') },
    ],
    ['unsubscribe', { type: 'unsubscribe', subscription: 0xff_ff_ff_ff }],
    ['tune', { type: 'tune', subscription: 1, maxRateHz: 60 }],
    ['ack', { type: 'ack', asOf: 0, lagMs: -3.5 }],
    ['dictionary', { type: 'dictionary' }],
    ['play', { type: 'timeline', op: 'play' }],
    ['seek', { type: 'timeline', op: 'seek', timeUs: 1_700_000_000_000_000 }],
    ['speed', { type: 'timeline', op: 'speed', speed: 1_000 }],
    ['step', { type: 'timeline', op: 'step', events: -5 }],
    ['history of bars', { ...bars, beforeTimeUs: 5 }],
    ['history of closes', { ...bars, kind: 'closes', instrument: undefined, instruments: [1, 2] }],
    ['ping', { type: 'ping', nonce: 0 }],
  ])('takes %s as it is', (_, message) => {
    const plain: unknown = JSON.parse(JSON.stringify(message));
    expect(checkClientMessage(plain)).toEqual({ ok: true, message: plain });
  });

  it.each<[string, unknown, string]>([
    ['[ER1] a number', 5, 'malformedMessage'],
    ['[ER1] an array', ['ping'], 'malformedMessage'],
    ['[ER1] nothing', null, 'malformedMessage'],
    ['[EV3] no type', {}, 'unknownType'],
    ['[EV3] an unknown type', { type: 'gossip' }, 'unknownType'],
    ['a type of every object', { type: 'toString' }, 'unknownType'],
    ['a type that is no text', { type: 7 }, 'unknownType'],
    ['[EV3] an unknown key', { ...subscribe, maxRate: 5 }, 'malformedMessage'],
    ['a missing field', { type: 'ping' }, 'malformedMessage'],
    ['a text for a number', { type: 'ping', nonce: '5' }, 'malformedMessage'],
    ['a broken number', { type: 'ping', nonce: 1.5 }, 'malformedMessage'],
    ['a number beyond 32 bits', { type: 'ping', nonce: 2 ** 32 }, 'badRange'],
    ['[SU5] an unknown channel', { ...subscribe, channel: 'bar:2m' }, 'unknownChannel'],
    ['[SU5] no channel', { ...subscribe, channel: undefined }, 'unknownChannel'],
    ['[SU5] no selectors', { ...subscribe, selectors: [] }, 'badSelector'],
    [
      '[SU5] too many selectors',
      { ...subscribe, selectors: Array.from({ length: 5_001 }, () => 'A') },
      'badSelector',
    ],
    ['[SU5] a selector that is no text', { ...subscribe, selectors: ['A', 5] }, 'badSelector'],
    ['[SU7] a rate that is too high', { ...subscribe, maxRateHz: 61 }, 'badRange'],
    ['[SU7] a rate of nothing', { ...subscribe, maxRateHz: 0 }, 'badRange'],
    ['[TL7] a speed out of range', { type: 'timeline', op: 'speed', speed: 1_000_001 }, 'badRange'],
    ['an unknown command', { type: 'timeline', op: 'rewind' }, 'malformedMessage'],
    ['[HI5] too many rows', { ...bars, count: LIMITS.historyRowsMax + 1 }, 'badRange'],
    [
      '[HI5] too many instruments',
      { ...bars, kind: 'closes', instrument: undefined, instruments: Array.from({ length: 501 }, () => 0) },
      'badRange',
    ],
    ['an interval that is not kept', { ...bars, interval: '2m' }, 'malformedMessage'],
    ['a token of a novel', { type: 'hello', version: 1, client: 'x', token: 'a'.repeat(5_000) }, 'badRange'],
  ])('refuses %s', (_, value, error) => {
    expect(checkClientMessage(value)).toMatchObject({ ok: false, error });
  });

  it('says which message it refused and where it is wrong', () => {
    expect(checkClientMessage({ ...subscribe, subscription: 9, maxRateHz: 'fast' })).toMatchObject({
      type: 'subscribe',
      subscription: 9,
      detail: expect.stringContaining('maxRateHz'),
    });
    expect(checkClientMessage({ ...bars, request: 4, count: 0 })).toMatchObject({
      type: 'history',
      request: 4,
    });
  });

  it('repeats no more than the start of a type that it does not know', () => {
    const checked = checkClientMessage({ type: 'x'.repeat(60_000) });
    expect(checked).toMatchObject({ ok: false, detail: expect.any(String) });
    expect((checked as { detail: string }).detail.length).toBeLessThan(60);
  });
});
