import { pack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import {
  DecodeError,
  FRAME_BARS,
  FRAME_BOOK,
  FRAME_DELTA,
  FRAME_SNAPSHOT,
  FRAME_TRADES,
  FrameError,
  LIMITS,
  dataFrameToJson,
  decodeClientFrame,
  decodeServerFrame,
  encodeServerMessage,
  readBars,
  readBooks,
  readFrameHead,
  readQuotes,
  readTrades,
  type Frame,
  type NumberSource,
  type QuoteColumns,
} from '#protocol';
import { checkClientMessage } from '../../server/sessions/message-schema.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { specExamples } from '../support/spec-examples.ts';

/** About 5 s on two slow cores. The nightly run asks for a million. */
const ROUNDS = Number(process.env['TICKWIRE_FUZZ_ROUNDS'] ?? 100_000);
const SEED = Number(process.env['TICKWIRE_FUZZ_SEED'] ?? Date.now() % 0x1_00_00_00_00);
/** No single frame may stop the event loop for longer, ms. */
const STALL_MS_MAX = 50;

const CAPACITY = 256;
const reference = { price: new Float64Array(CAPACITY), volume: new Float64Array(CAPACITY) };
const columns = Object.fromEntries(
  ['last', 'lastSize', 'volume', 'tradeTimeUs', 'bid', 'bidSize', 'ask', 'askSize', 'high', 'low'].map(
    (field) => [field, new Float64Array(CAPACITY)],
  ),
) as unknown as QuoteColumns;
const ignore = (): void => {};

const valid = specExamples().map(({ bytes }) => bytes);
const validText = valid.map((bytes) => {
  const head = bytes[0]!;
  return head >= 0x90 && head <= 0xdd ? dataFrameToJson(bytes) : JSON.stringify(decodeClientFrame(bytes));
});

/** Frames that once did harm, or would without the check that each of them names. */
const KNOWN_BAD: Record<string, Frame> = {
  'a 64-bit integer, which came out as BigInt': hex('81a56e6f6e6365cf0000000000000001'),
  'NaN as float32, which passed the check': hex('81a56c61674d73ca7fc00000'),
  'instruments without entries, which threw a TypeError': '{"type":"instruments","generation":1}',
  'instruments whose entries are nil': hex('82a474797065ab696e737472756d656e7473a7656e7472696573c0'),
  'an array of four billion elements in a map': hex('81a161ddffffffff'),
  'a record definition, for which msgpackr compiles code': hex('d47240 92a161a162 01'),
  'a million trades announced in a frame of none': hex('9703cd140a010001ce000f4240c0'),
  'an id between two ids': '[1,1,1,0.5,2,7]',
  'book levels without end': '[5,1,1,0,1,1e300,0]',
  'deep JSON': '['.repeat(60_000),
  'deep MessagePack': new Uint8Array(LIMITS.inboundFrameBytesMax).fill(0x91),
  'an own __proto__': '{"type":"hello","__proto__":{"polluted":1}}',
  'a nested __proto__': hex('81a672657375 6d6581a95f5f70726f746f5f5f81a8706f6c6c7574656401'),
};
/** Seeds of rounds that once failed. */
const BAD_SEEDS: Record<string, number> = {
  'the first round there was': 0,
  'the largest seed': 0xff_ff_ff_ff,
};

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

const EXPECTED = [DecodeError, FrameError];

function attempt(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
  }
}

function readData(source: NumberSource): void {
  const { kind } = readFrameHead(source);
  if (kind === FRAME_DELTA || kind === FRAME_SNAPSHOT)
    readQuotes(source, columns, reference, 1e15, CAPACITY, ignore);
  else if (kind === FRAME_TRADES) readTrades(source, reference, 1e15, CAPACITY, ignore);
  else if (kind === FRAME_BARS) readBars(source, reference, CAPACITY, ignore);
  else if (kind === FRAME_BOOK) readBooks(source, reference, CAPACITY, ignore);
}

/** Everything that is done with a frame of a stranger, on both ends. */
function digest(frame: Frame): void {
  attempt(() => {
    const checked = checkClientMessage(decodeClientFrame(frame));
    if (checked.ok) JSON.stringify(checked.message);
  });
  attempt(() => {
    const decoded = decodeServerFrame(frame);
    if ('data' in decoded) readData(decoded.data);
    else encodeServerMessage(decoded.message, 'binary');
  });
  if (typeof frame !== 'string') attempt(() => dataFrameToJson(frame));
}

/** Digests and times; a slow one is timed again, so that a pause of the machine does not count. */
function digestInTime(frame: Frame): void {
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 4 && fastestMs > STALL_MS_MAX; time += 1) {
    const startMs = performance.now();
    digest(frame);
    fastestMs = Math.min(fastestMs, performance.now() - startMs);
  }
  if (fastestMs > STALL_MS_MAX) throw new Error(`stalls the event loop for ${fastestMs.toFixed(0)} ms`);
}

/* ---- makers of frames ---- */

const KEYS = [
  'type',
  'subscription',
  'channel',
  'selectors',
  'op',
  'kind',
  'request',
  'entries',
  '__proto__',
  'constructor',
  'a',
];
const TYPES = [
  'hello',
  'subscribe',
  'tune',
  'timeline',
  'history',
  'instruments',
  'ping',
  'quote',
  'bars',
  'seek',
  '*',
  '',
];
const NUMBERS = [
  0,
  1,
  -1,
  127,
  128,
  255,
  256,
  0.5,
  2 ** 32,
  -(2 ** 31),
  2 ** 53,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];

function randomValue(random: SeededRandom, depth: number): unknown {
  const shape = random.below(depth > 4 ? 5 : 8);
  if (shape < 2) return random.pick(NUMBERS);
  if (shape === 2) return random.pick(TYPES);
  if (shape === 3) return random.pick([null, true, false]);
  if (shape === 4) return random.chance(0.2) ? BigInt(random.below(2 ** 31)) * 2n ** 33n : random.below(300);
  const items = Array.from({ length: random.below(6) }, () => randomValue(random, depth + 1));
  if (shape === 5) return items;
  return Object.fromEntries(items.map((item) => [random.pick(KEYS), item]));
}

function flipped(random: SeededRandom, frame: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(frame);
  for (let flips = random.between(1, 4); flips > 0; flips -= 1)
    bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

function spliced(random: SeededRandom, frame: Uint8Array): Uint8Array {
  const other = random.pick(valid);
  const parts = [
    frame.subarray(0, random.below(frame.length + 1)),
    other.subarray(random.below(other.length)),
  ];
  return Uint8Array.from(
    Buffer.concat(random.chance(0.3) ? [...parts, random.bytes(random.below(8))] : parts),
  );
}

function randomNumbers(random: SeededRandom): string {
  const numbers = Array.from({ length: random.below(30) }, () =>
    random.chance(0.1) ? random.pick(NUMBERS) : random.below(8),
  );
  return JSON.stringify([random.between(1, 5), 1, 1, ...numbers]);
}

function mutatedText(random: SeededRandom): string {
  const text = random.pick(validText);
  const at = random.below(text.length);
  const insert = random.pick([
    '"',
    '{',
    '[',
    ']',
    '}',
    ',',
    '1e999',
    'null',
    '-',
    '"__proto__":{},',
    '\u0000',
    '\ud800',
  ]);
  return text.slice(0, at) + insert + text.slice(at + random.below(3));
}

const MAKERS: Record<string, (random: SeededRandom) => Frame> = {
  'random bytes': (random) => random.bytes(random.below(200)),
  'sound MessagePack of nonsense': (random) => Uint8Array.from(pack(randomValue(random, 0))),
  'examples with bytes changed': (random) => flipped(random, random.pick(valid)),
  'examples cut and joined': (random) => spliced(random, random.pick(valid)),
  'data frames of random numbers': randomNumbers,
  'JSON of nonsense': (random) =>
    JSON.stringify(randomValue(random, 0), (_key, value: unknown) =>
      typeof value === 'bigint' ? Number(value) : value,
    ),
  'JSON examples with characters changed': mutatedText,
};

function round(maker: (random: SeededRandom) => Frame, seed: number): void {
  const frame = maker(new SeededRandom(seed));
  try {
    digestInTime(frame);
  } catch (error) {
    const shown = typeof frame === 'string' ? JSON.stringify(frame) : Buffer.from(frame).toString('hex');
    throw new Error(`TICKWIRE_FUZZ_SEED=${seed} breaks: ${shown.slice(0, 400)}`, { cause: error });
  }
}

function prototypesAreClean(): void {
  for (const prototype of [Object.prototype, Array.prototype, Function.prototype]) {
    expect(Object.keys(prototype)).toEqual([]);
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}

describe('[CN5] frames of strangers end in a DecodeError or a FrameError, soon, and change no prototype', () => {
  it.each(Object.entries(MAKERS))(
    '%s',
    (_name, maker) => {
      const rounds = Math.ceil(ROUNDS / Object.keys(MAKERS).length);
      for (let index = 0; index < rounds; index += 1) round(maker, (SEED + index) >>> 0);
      prototypesAreClean();
    },
    3_600_000,
  );

  it.each(Object.entries(KNOWN_BAD))('%s', (_name, frame) => {
    digestInTime(frame);
    prototypesAreClean();
  });

  it.each(Object.entries(BAD_SEEDS))('the seed of %s', (_name, seed) => {
    for (const maker of Object.values(MAKERS)) round(maker, seed);
    prototypesAreClean();
  });
});
