import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { instrumentId, unixUs, type InstrumentDefinition, type MarketEvent, type SizeLots } from '#protocol';
import { RollingReader } from '../../../../../server/tape/rolling/rolling-reader.ts';
import { RollingTape, type RollingTapeOptions } from '../../../../../server/tape/rolling/rolling-tape.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { definition, trade } from '../file/tapes.ts';

const parent = mkdtempSync(join(tmpdir(), 'tickwire-rolling-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

let folders = 0;

/** A path that no folder has yet. */
export function freshFolder(): string {
  folders += 1;
  return join(parent, String(folders), 'rolling');
}

export const RETENTION = { ageMs: 3_600_000, bytes: 512_000_000 };

/** A rolling tape of a made-up market on its own clock: one trade a call, priced by its number. */
export class RollingMarket {
  readonly clock: ManualClock;
  readonly notices: string[] = [];
  readonly tape: RollingTape;
  readonly definitions: InstrumentDefinition[];
  trades = 0;

  constructor(folder: string, options: Partial<RollingTapeOptions> = {}, clock = new ManualClock()) {
    this.clock = clock;
    this.tape = RollingTape.open({
      folder,
      clock,
      retention: RETENTION,
      onNotice: (sentence) => void this.notices.push(sentence),
      ...options,
    });
    this.definitions = [definition('AAA'), definition('BBB', 4)];
    for (const [id, one] of this.definitions.entries()) this.tape.onDefine(instrumentId(id), one);
  }

  trade(count = 1): void {
    for (let at = 0; at < count; at += 1) {
      this.trades += 1;
      const event = trade(this.trades % 2, this.clock.nowUs(), this.trades, { size: 3 as SizeLots });
      this.tape.onEvent(event);
    }
  }

  /** A trade each `everyMs` for so long. */
  run(ms: number, everyMs = 1_000): void {
    for (let passed = 0; passed < ms; passed += everyMs) {
      this.trade();
      this.clock.advance(everyMs);
    }
  }
}

/** Everything that a reader holds, prices alone. */
export function pricesOf(reader: RollingReader, from = reader.firstEvent): number[] {
  const prices: number[] = [];
  reader.play(from, reader.events, (event) => {
    if (event.type === 'trade') prices.push(event.price);
  });
  return prices;
}

export function readRolling<Outcome>(folder: string, use: (reader: RollingReader) => Outcome): Outcome {
  const reader = RollingReader.open(folder);
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}

export const counted = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

export function bookEvent(instrument: number, timeUs: number, bids: number[], snapshot = false): MarketEvent {
  return {
    type: 'book',
    instrument: instrumentId(instrument),
    venueTimeUs: unixUs(timeUs),
    receiveTimeUs: unixUs(timeUs),
    snapshot,
    bids,
    asks: [],
  };
}
