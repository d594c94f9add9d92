import { pack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import {
  DecodeError,
  FrameError,
  LIMITS,
  asOf,
  dataFrameToJson,
  decodeClientFrame,
  decodeServerFrame,
  encodeClientMessage,
  encodeDictionaryEntry,
  encodeInstrumentsMessage,
  encodeServerMessage,
  instrumentId,
  priceTicks,
  sizeLots,
  unixUs,
  type ClientMessage,
  type DictionaryEntry,
  type Encoding,
  type InstrumentsMessage,
  type ServerMessage,
} from '#protocol';

const ENCODINGS: readonly Encoding[] = ['binary', 'json'];

const entry: DictionaryEntry = {
  id: instrumentId(7),
  venue: 'coinbase',
  symbol: 'BTC-USD',
  name: 'Bitcoin, "the" ₿',
  assetClass: 'crypto',
  currency: 'USD',
  tick: { units: 1, decimals: 2 },
  lot: { units: 1, decimals: 8 },
  referencePrice: priceTicks(6_412_345),
  referenceVolume: sizeLots(1_234_567_890_123),
  open: priceTicks(Number.NaN),
};

const clientMessages: readonly ClientMessage[] = [
  {
    type: 'hello',
    version: 1,
    client: 'test',
    token: 'abc',
    resume: { epoch: 'e', asOf: asOf(0xff_ff_ff_ff) },
  },
  {
    type: 'subscribe',
    subscription: 1,
    channel: 'bar:1m',
    selectors: ['BTC-*', '!*:BTC-EUR'],
    maxRateHz: 0.1,
  },
  { type: 'unsubscribe', subscription: 1 },
  { type: 'tune', subscription: 1, maxRateHz: 60 },
  { type: 'ack', asOf: asOf(5), lagMs: -1.5 },
  { type: 'dictionary' },
  { type: 'timeline', op: 'seek', timeUs: unixUs(1_721_300_000_123_456) },
  { type: 'history', request: 3, kind: 'closes', instruments: [instrumentId(0)], interval: '1d', count: 5 },
  { type: 'ping', nonce: 4_294_967_295 },
];

const serverMessages: readonly ServerMessage[] = [
  { type: 'instruments', generation: 3, entries: [entry, { ...entry, open: priceTicks(-5) }] },
  { type: 'instruments', generation: 4, entries: [] },
  { type: 'instruments', generation: 5, entries: [entry], references: [7, -5, 1e12, 0, 0, 0] },
  {
    type: 'subscribed',
    subscription: 1,
    channel: 'quote',
    maxRateHz: 0.5,
    instruments: 0,
    unmatched: ['ünknown'],
  },
  { type: 'throttled', maxRateHz: 0, reason: 'queue-full' },
  { type: 'pong', nonce: 1, serverTimeUs: unixUs(1_721_300_000_123_456) },
];

function message(frame: ReturnType<typeof encodeServerMessage>): ServerMessage {
  const decoded = decodeServerFrame(frame);
  if (!('message' in decoded)) throw new Error('a data frame');
  return decoded.message;
}

describe.each(ENCODINGS)('the %s form', (encoding) => {
  it.each(clientMessages.map((value) => [value.type, value] as const))(
    'carries %s of a client unchanged',
    (_type, value) => {
      expect(decodeClientFrame(encodeClientMessage(value, encoding))).toEqual(value);
    },
  );

  it.each(serverMessages.map((value) => [value.type, value] as const))(
    'carries %s of a server unchanged',
    (_type, value) => {
      expect(message(encodeServerMessage(value, encoding))).toEqual(value);
    },
  );

  it('leaves undefined fields out', () => {
    const value = { type: 'ping', nonce: 1, extra: undefined } as unknown as ClientMessage;
    expect(decodeClientFrame(encodeClientMessage(value, encoding))).toEqual({ type: 'ping', nonce: 1 });
  });

  it('takes the largest subscribe there is', () => {
    const selectors = Array.from({ length: LIMITS.selectorsMax }, (_, index) => `S${index}`);
    const value: ClientMessage = { type: 'subscribe', subscription: 1, channel: 'quote', selectors };
    const frame = encodeClientMessage(value, encoding);
    expect(frame.length).toBeLessThan(LIMITS.inboundFrameBytesMax);
    expect(decodeClientFrame(frame)).toEqual(value);
  });

  it('[EV1] ignores places of a dictionary entry behind the last one it knows', () => {
    const frame = encodeServerMessage(serverMessages[0]!, 'json') as string;
    const wire = JSON.parse(frame) as { entries: unknown[][] };
    for (const row of wire.entries) row.push('new', { more: 1 });
    expect(message(encoding === 'json' ? JSON.stringify(wire) : pack(wire))).toEqual(serverMessages[0]);
  });

  it.each([
    ['entries that are no array', { type: 'instruments', generation: 1, entries: 5 }],
    ['no entries', { type: 'instruments', generation: 1 }],
    ['an entry that is no array', { type: 'instruments', generation: 1, entries: [null] }],
    ['an entry that is too short', { type: 'instruments', generation: 1, entries: [[1, 'a', 'b']] }],
    [
      'an id that is no whole number',
      { type: 'instruments', generation: 1, entries: [[0.5, ...Array(12).fill(0)]] },
    ],
    ['references that are no array', { type: 'instruments', generation: 1, entries: [], references: 1 }],
    ['references cut short', { type: 'instruments', generation: 1, entries: [], references: [1, 2] }],
    [
      'a reference that is no number',
      { type: 'instruments', generation: 1, entries: [], references: [1, null, 2] },
    ],
    ['references of no id', { type: 'instruments', generation: 1, entries: [], references: [0.5, 1, 2] }],
    ['a negative id', { type: 'instruments', generation: 1, entries: [[-1, ...Array(12).fill(0)]] }],
    ['no type', { a: 1 }],
    ['a type that is no text', { type: 1 }],
    ['nil', null],
    ['text', 'hello'],
    ['a number', 5],
  ])('refuses %s from a server with a DecodeError', (_what, value) => {
    const frame = encoding === 'json' ? JSON.stringify(value) : pack(value);
    expect(() => decodeServerFrame(frame)).toThrow(DecodeError);
  });
});

describe('an instruments message of cached entries', () => {
  const entries = (count: number): DictionaryEntry[] =>
    Array.from({ length: count }, (_, index) => ({
      ...entry,
      id: instrumentId(index * 97),
      symbol: 'S'.repeat(index % 40),
      tick: { units: 25, decimals: 2 },
      referencePrice: priceTicks((index - 8) * 70_001),
      referenceVolume: sizeLots(index * 987_654_321),
      open: priceTicks(index % 3 === 0 ? Number.NaN : -index * 300),
    }));
  const numbers = (count: number): number[] =>
    entries(count).flatMap(({ id, referencePrice, referenceVolume }) => [
      id,
      referencePrice,
      -referenceVolume,
    ]);

  it.each([
    [0, 0, 0],
    [1, 1, 127],
    [15, 5, 128],
    [16, 6, 65_535],
    [300, 0, 65_536],
    [0, 300, 4_294_967_295],
  ])('of %i entries and %i references is the same bytes', (count, references, generation) => {
    const message: InstrumentsMessage = {
      type: 'instruments',
      generation,
      entries: entries(count),
      references: numbers(references),
    };
    const cached = message.entries.map(encodeDictionaryEntry);
    const bytes = encodeInstrumentsMessage(generation, cached, message.references!);
    expect(Buffer.from(bytes).equals(encodeServerMessage(message, 'binary') as Uint8Array)).toBe(true);
  });

  it('says nothing of references when there are none', () => {
    const without: InstrumentsMessage = { type: 'instruments', generation: 1, entries: [] };
    expect(encodeServerMessage({ ...without, references: [] }, 'json')).toBe(
      encodeServerMessage(without, 'json'),
    );
    expect(message(encodeInstrumentsMessage(1, [], []))).toEqual(without);
  });

  it('keeps an entry in bytes of its own', () => {
    const [first, second] = entries(2).map(encodeDictionaryEntry);
    expect(first!.buffer.byteLength).toBe(first!.length);
    expect(second!.buffer).not.toBe(first!.buffer);
  });

  it('takes less than a dozen bytes for new references of one instrument', () => {
    const bytes = (count: number): number =>
      encodeInstrumentsMessage(300, [], Array.from({ length: count }, () => [100, 18_050, 8_000_000]).flat())
        .length;
    expect(bytes(5) - bytes(4)).toBe(9);
  });
});

describe('frames of a server', () => {
  it.each(['9301cd140a01', 'dc0003010a01', 'dd00000003010a01'])(
    '[CN7] are data when they begin like %s',
    (hex) => {
      expect(decodeServerFrame(Buffer.from(hex, 'hex'))).toHaveProperty('data');
    },
  );

  it('[JS2] are data when they are a JSON array', () => {
    const decoded = decodeServerFrame('[2,5130,1,null]');
    expect('data' in decoded && [1, 2, 3, 4].map(() => decoded.data.next())).toEqual([
      2,
      5130,
      1,
      Number.NaN,
    ]);
  });

  it('[JS1] have the same numbers in both forms', () => {
    expect(dataFrameToJson(Buffer.from('9601cd13ecc0d0c0ce00012345cb41f0000000000000', 'hex'))).toBe(
      '[1,5100,null,-64,74565,4294967296]',
    );
  });

  it.each([
    ['no bytes', ''],
    ['a map that ends early', '82a161'],
    ['a record of msgpackr', 'd472409291a16101'],
    ['an array that claims four billion elements inside a map', '81a161ddffffffff'],
    ['bytes after the end', '81a474797065a161c0'],
    ['an invalid byte', 'c1'],
  ])('are refused with a DecodeError when they are %s', (_what, hex) => {
    expect(() => decodeServerFrame(Buffer.from(hex, 'hex'))).toThrow(DecodeError);
  });

  it('are refused when they are text but no JSON', () => {
    expect(() => decodeServerFrame('{')).toThrow(DecodeError);
  });

  it('[CN4] hold no extension type, no binary value and no 64-bit integer', () => {
    const value: ServerMessage = { type: 'pong', nonce: 1, serverTimeUs: unixUs(2 ** 53 - 1) };
    const frame = encodeServerMessage(value, 'binary') as Uint8Array;
    expect(Buffer.from(frame).toString('hex')).toContain('cb433fffffffffffff');
  });

  it('throw a FrameError, not a DecodeError, when the numbers of a data frame break off', () => {
    const decoded = decodeServerFrame(Buffer.from('9301', 'hex'));
    expect(() => 'data' in decoded && [decoded.data.next(), decoded.data.next()]).toThrow(FrameError);
  });
});

describe('frames of a client', () => {
  it('[CN5] may hold 64-bit integers, which become plain numbers', () => {
    expect(decodeClientFrame(Buffer.from('92cf00061d8c3b2a4000d3ffffffffffffffff', 'hex'))).toEqual([
      0x6_1d_8c_3b_2a_40_00, -1,
    ]);
  });

  it.each([
    ['no bytes', ''],
    ['the key __proto__', '81a95f5f70726f746f5f5f80'],
    ['nesting beyond the limit', '91'.repeat(LIMITS.depthMax + 1) + 'c0'],
    ['a record of msgpackr', 'd472409291a16101'],
    ['a data frame with too many elements', 'dd00ffffff'],
  ])('[CN3] are refused with a DecodeError when they hold %s', (_what, hex) => {
    expect(() => decodeClientFrame(Buffer.from(hex, 'hex'))).toThrow(DecodeError);
  });

  it.each([
    ['no JSON', '{"type":'],
    ['nothing', ''],
    ['the key __proto__', '{"__proto__":{"admin":true}}'],
    ['nesting beyond the limit', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['more elements than a subscribe has', JSON.stringify(Array(4 * LIMITS.selectorsMax + 1).fill(0))],
    ['an infinite number', '{"type":"ping","nonce":1e999}'],
  ])('[JS3] are refused with a DecodeError when their text holds %s', (_what, text) => {
    expect(() => decodeClientFrame(text)).toThrow(DecodeError);
  });

  it('[JS3] keep the last of a key that stands twice in JSON', () => {
    expect(decodeClientFrame('{"nonce":1,"nonce":2}')).toEqual({ nonce: 2 });
  });
});
