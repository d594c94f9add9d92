import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { instrumentId, unixUs, type InstrumentDefinition } from '#protocol';
import { Engine } from '../../../../server/engine/engine.ts';
import {
  RecordingLibrary,
  type RecordingLibraryOptions,
} from '../../../../server/recordings/recording-library.ts';
import { TapeReader } from '../../../../server/tape/file/tape-reader.ts';
import { RollingTape } from '../../../../server/tape/rolling/rolling-tape.ts';
import { EventTaps } from '../../../../server/timelines/event-taps.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { definition, trade } from '../tape/file/tapes.ts';

const parent = mkdtempSync(join(tmpdir(), 'tickwire-recordings-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

let folders = 0;

export function freshFolder(): string {
  folders += 1;
  return join(parent, String(folders));
}

const RETENTION = { ageMs: 3_600_000, bytes: 512_000_000 };

/** An engine that trades AAA and BBB in turn, a rolling tape and a library, on a clock of their own. */
export class LiveTestMarket {
  readonly clock: ManualClock;
  readonly engine: Engine;
  readonly taps: EventTaps;
  readonly tape: RollingTape;
  readonly library: RecordingLibrary;
  readonly notices: string[] = [];
  readonly folder: string;
  /** What is wanted now, by id. */
  readonly held = new Map<number, number>();
  trades = 0;

  constructor(
    options: Partial<RecordingLibraryOptions> = {},
    folder = freshFolder(),
    clock = new ManualClock(),
  ) {
    this.clock = clock;
    this.folder = folder;
    this.engine = new Engine(clock.nowUs());
    this.taps = new EventTaps(this.engine);
    const onNotice = (sentence: string): void => void this.notices.push(sentence);
    const rolling = join(folder, 'rolling');
    this.tape = RollingTape.open({ folder: rolling, clock, retention: RETENTION, onNotice });
    this.taps.add(this.tape);
    for (const one of [definition('AAA'), definition('BBB')]) this.taps.define(one);
    this.library = new RecordingLibrary({
      folder: join(folder, 'recordings'),
      clock,
      live: {
        engine: this.engine,
        taps: this.taps,
        hold: (ids) => {
          for (const id of ids) this.held.set(id, (this.held.get(id) ?? 0) + 1);
          return () => {
            for (const id of ids) this.held.set(id, this.held.get(id)! - 1);
          };
        },
      },
      tape: this.tape,
      importBytesMax: 1_000_000,
      onNotice,
      ...options,
    });
  }

  define(one: InstrumentDefinition): void {
    this.taps.define(one);
  }

  /** One trade, the n-th at price n, of AAA where n is even. */
  trade(count = 1): void {
    for (let at = 0; at < count; at += 1) {
      this.trades += 1;
      this.taps.onEvent(trade(this.trades % 2, this.clock.nowUs(), this.trades));
    }
  }

  /** A trade each second for so long. */
  run(ms: number): void {
    for (let passed = 0; passed < ms; passed += 1_000) {
      this.trade();
      this.clock.advance(1_000);
    }
  }

  book(instrument: number, bids: number[]): void {
    this.taps.onEvent({
      type: 'book',
      instrument: instrumentId(instrument),
      venueTimeUs: unixUs(this.clock.nowUs()),
      receiveTimeUs: unixUs(this.clock.nowUs()),
      snapshot: true,
      bids,
      asks: [],
    });
  }

  async close(): Promise<void> {
    await this.library.close();
    this.tape.close();
  }
}

export interface HeldTape {
  prices: number[];
  symbols: string[];
  /** What it begins with, by symbol. */
  start: Record<string, { last: number; trades: number; bids: number[] | null }>;
  isWhole: boolean;
}

/** What a tape holds. */
export function heldBy(path: string): HeldTape {
  const reader = TapeReader.open(path, { verify: true, mayBeEmpty: true });
  const prices: number[] = [];
  reader.play(0, reader.events, (event) => {
    if (event.type === 'trade') prices.push(event.price);
  });
  const symbolOf = (id: number): string => reader.instruments[id]!.symbol;
  const start = Object.fromEntries(
    (reader.keyframeBefore(0)?.instruments ?? []).map(({ instrument, last, trades, book }) => [
      symbolOf(instrument),
      { last, trades, bids: book?.bids ?? null },
    ]),
  );
  const { damage, unfinishedBytes, isClosed } = reader.map;
  reader.close();
  return {
    prices,
    start,
    symbols: reader.instruments.map(({ symbol }) => symbol).toSorted(),
    isWhole: isClosed && damage.length === 0 && unfinishedBytes === 0,
  };
}
