import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll } from 'vitest';
import {
  instrumentId,
  unixUs,
  type Aggressor,
  type InstrumentDefinition,
  type MarketEvent,
  type PriceTicks,
  type SizeLots,
} from '#protocol';
import { openTapeWriter, type OpenWriterOptions } from '../../../../../server/tape/file/open-tape-writer.ts';
import { TapeReader } from '../../../../../server/tape/file/tape-reader.ts';
import type { TapeWriter } from '../../../../../server/tape/file/tape-writer.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-tape-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

/** A path that no file has yet. */
export function freshPath(): string {
  count += 1;
  return join(folder, `${count}.tape`);
}

export const clock = new ManualClock();

export function open(path: string, options: Partial<OpenWriterOptions> = {}): TapeWriter {
  return openTapeWriter(path, { clock, flushIntervalMs: 0, syncIntervalMs: 0, ...options }).writer;
}

export function definition(symbol: string, decimals = 2): InstrumentDefinition {
  return {
    venue: 'test',
    symbol,
    name: `The ${symbol}`,
    assetClass: 'crypto',
    currency: 'USD',
    tick: { units: 1, decimals },
    lot: { units: 1, decimals: 0 },
  };
}

export function trade(instrument: number, timeUs: number, price: number, more: object = {}): MarketEvent {
  return {
    type: 'trade',
    instrument: instrumentId(instrument),
    venueTimeUs: unixUs(timeUs - 1_000),
    receiveTimeUs: unixUs(timeUs),
    price: price as PriceTicks,
    size: 1 as SizeLots,
    aggressor: 1,
    tradeId: '',
    ...more,
  };
}

/** All events with the symbol in the place of the id, which a reader may give anew. */
export function eventsOf(reader: TapeReader): object[] {
  const events: object[] = [];
  reader.play(0, reader.events, (event) => events.push(named(event, reader.instruments)));
  return events;
}

export function named(event: MarketEvent, instruments: readonly InstrumentDefinition[]): object {
  return { ...structuredClone(event), instrument: instruments[event.instrument]!.symbol };
}

export function read<Outcome>(path: string, use: (reader: TapeReader) => Outcome): Outcome {
  const reader = TapeReader.open(path, { mayBeEmpty: true });
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}

/** A small tape of several blocks of events with a keyframe and an index; its bytes, and its events block by block. */
export function smallTape(): { bytes: Buffer; blocks: object[][] } {
  const path = freshPath();
  const writer = open(path);
  const definitions = [definition('AAA'), definition('BBB', 4)];
  for (const one of definitions) writer.define(one);
  const blocks: object[][] = [];
  for (let block = 0; block < 4; block += 1) {
    const events: MarketEvent[] = [];
    for (let at = 0; at < 6; at += 1) {
      const timeUs = 1_700_000_000_000_000 + block * 250_000 + at * 1_234;
      events.push(trade(at % 2, timeUs, 6_000_000 + block * 7 + at, { tradeId: String(1_000 + at) }));
    }
    for (const event of events) writer.onEvent(event);
    writer.flush();
    blocks.push(events.map((event) => named(event, definitions)));
  }
  writer.close();
  const bytes = readFileSync(path);
  return { bytes, blocks };
}

export function written(bytes: Uint8Array): string {
  const path = freshPath();
  writeFileSync(path, bytes);
  return path;
}

const whole = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.integer({ min: -1e9, max: 1e9 }),
  fc.maxSafeInteger(),
);
const size = whole.map((value) => Math.abs(value));
const orAbsent = (values: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.oneof({ weight: 4, arbitrary: values }, fc.constant(Number.NaN));
const timeUs = fc.oneof(fc.integer({ min: 1, max: 4_000 }), fc.integer({ min: 1, max: 3e15 }));
const levels = fc.array(fc.tuple(whole, size), { maxLength: 5 }).map((rows) => rows.flat());
const tradeId = fc.oneof(
  fc.constant(''),
  fc.nat().map(String),
  fc.constantFrom('007', '9007199254740993', '999999999999999', 'a1b2-ü', '-1', '1e3', '0'),
);
const base = {
  instrument: fc.constantFrom(instrumentId(0), instrumentId(1), instrumentId(2)),
  venueTimeUs: timeUs.map(unixUs),
  receiveTimeUs: timeUs.map(unixUs),
};

/** Any event that a tape can hold. */
export const anyEvent = fc.oneof(
  fc.record({
    ...base,
    type: fc.constant('trade' as const),
    price: whole,
    size,
    aggressor: fc.constantFrom<Aggressor[]>(0, 1, 2),
    tradeId,
  }),
  fc.record({
    ...base,
    type: fc.constant('quote' as const),
    bid: orAbsent(whole),
    bidSize: orAbsent(size),
    ask: orAbsent(whole),
    askSize: orAbsent(size),
  }),
  fc.record({
    ...base,
    type: fc.constant('book' as const),
    snapshot: fc.boolean(),
    bids: levels,
    asks: levels,
  }),
  fc.record({
    ...base,
    type: fc.constant('statistics' as const),
    open: orAbsent(whole),
    high: orAbsent(whole),
    low: orAbsent(whole),
    volume: orAbsent(size),
  }),
  fc.record({
    ...base,
    type: fc.constant('bar' as const),
    intervalSeconds: fc.constantFrom(1, 60, 86_400, 7),
    startTimeUs: timeUs.map(unixUs),
    open: whole,
    high: whole,
    low: whole,
    close: whole,
    volume: size,
  }),
) as unknown as fc.Arbitrary<MarketEvent>;
