import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs, type MarketEvent, type PriceTicks, type SizeLots } from '#protocol';
import { Engine } from '../../../../server/engine/engine.ts';
import { RecordedBars } from '../../../../server/timelines/recorded-bars.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { bar } from '../../../support/test-timeline.ts';
import { clock as tapeClock, definition, freshPath, open } from '../tape/file/tapes.ts';
import { TapeReader } from '../../../../server/tape/file/tape-reader.ts';

const ID = instrumentId(0);
const START_S = 1_700_000_040;

/** A tape of trades whose venue is late, and now and then very late. */
function lateTape(seed: number): TapeReader {
  const random = new SeededRandom(seed);
  const path = freshPath();
  const writer = open(path);
  writer.define(definition('AAA'));
  let timeUs = START_S * 1_000_000;
  for (let at = 0; at < 3_000; at += 1) {
    timeUs += random.below(400_000);
    const lateUs = random.chance(0.1) ? random.below(4_000_000) : 50_000;
    const event: MarketEvent = {
      type: 'trade',
      instrument: ID,
      venueTimeUs: unixUs(timeUs - lateUs),
      receiveTimeUs: unixUs(timeUs),
      price: random.between(900, 1_100) as PriceTicks,
      size: random.between(1, 9) as SizeLots,
      aggressor: 1,
      tradeId: '',
    };
    writer.onEvent(event);
  }
  writer.close();
  return TapeReader.open(path);
}

describe('bars of a recording before a place in it', () => {
  it('are those that playing up to there makes, whatever was counted before and however late trades come', async () => {
    const reader = lateTape(7);
    const clock = new ManualClock();
    const bars = new RecordedBars(reader, clock);
    const random = new SeededRandom(8);
    for (const intervalS of [1, 5, 60, 300]) {
      for (let look = 0; look < 12; look += 1) {
        const index = random.between(200, reader.events);
        const engine = new Engine(tapeClock.nowUs());
        for (const one of reader.instruments) engine.define(one);
        reader.play(0, index, (event) => engine.onEvent(event));
        const played = engine.bars.range(intervalS, ID, 0, Number.POSITIVE_INFINITY, 1_000);
        const beforeS = played.at(-random.between(1, Math.min(3, played.length)))!.startS;
        const expected = played.filter(({ startS }) => startS < beforeS).slice(-20);
        const asked = bars.history(ID, intervalS, beforeS, 20, index);
        const state = { isDone: false };
        void asked.then(() => (state.isDone = true));
        for (let turn = 0; turn < 500 && !state.isDone; turn += 1) {
          clock.advance(1);
          await Promise.resolve();
        }
        expect(await asked, `${intervalS} s before event ${index}`).toEqual(expected);
      }
    }
    bars.close();
    reader.close();
  });

  it('are counted beyond it once some were asked for, so that nobody further on waits', async () => {
    const reader = lateTape(9);
    const clock = new ManualClock();
    let counted = 0;
    // Each portion takes longer than it may.
    const recording = {
      events: reader.events,
      play(from: number, to: number, take: (event: MarketEvent) => void) {
        counted = to;
        reader.play(from, to, take);
      },
    } as unknown as TapeReader;
    const bars = new RecordedBars(recording, {
      nowUs: () => unixUs(clock.nowUs() + counted * 1_000),
      after: (delayMs, run) => clock.after(delayMs, run),
      every: (periodMs, run) => clock.every(periodMs, run),
      soon: (run) => clock.soon(run),
    });
    const asked = bars.history(ID, 60, START_S + 600, 20, 100);
    clock.advance(0);
    await asked;
    expect(counted).toBeGreaterThanOrEqual(100);
    expect(counted).toBeLessThan(reader.events);
    clock.advance(1_000);
    expect(counted).toBe(reader.events);
    expect(clock.pendingTimers).toBe(0);
    bars.close();
    reader.close();
  });

  it('are made of recorded bars of any length that fits', async () => {
    const path = freshPath();
    const writer = open(path);
    writer.define(definition('AAA'));
    const startS = START_S - (START_S % 3_600);
    for (let at = 0; at < 30; at += 1)
      writer.onEvent(
        bar(ID, 300, { startS: startS + at * 300, open: 50, high: 60 + at, low: 40, close: 55, volume: 2 }),
      );
    writer.close();
    const reader = TapeReader.open(path);
    const clock = new ManualClock();
    const bars = new RecordedBars(reader, clock);
    const asked = bars.history(ID, 3_600, startS + 86_400, 20, 20);
    clock.advance(0);
    expect(await asked).toEqual([
      { startS, open: 50, high: 71, low: 40, close: 55, volume: 24 },
      { startS: startS + 3_600, open: 50, high: 79, low: 40, close: 55, volume: 16 },
    ]);
    bars.close();
    reader.close();
  });

  it.each([
    [1, 1],
    [1, 5],
    [5, 5],
  ])(
    'are there where they were recorded as such: bars of %i s in a chart of %i s',
    async (recordedS, shownS) => {
      const path = freshPath();
      const writer = open(path);
      writer.define(definition('AAA'));
      const startS = START_S - (START_S % 60);
      for (let at = 0; at < 60; at += 1) {
        const wire = {
          startS: startS + at * recordedS,
          open: 50,
          high: 60 + at,
          low: 40,
          close: 55,
          volume: 2,
        };
        writer.onEvent(bar(ID, recordedS, wire));
      }
      writer.close();
      const reader = TapeReader.open(path);
      const engine = new Engine(tapeClock.nowUs());
      for (const one of reader.instruments) engine.define(one);
      reader.play(0, 50, (event) => engine.onEvent(event));
      const played = engine.bars.range(shownS, ID, 0, Number.POSITIVE_INFINITY, 1_000);
      expect(played.length).toBeGreaterThan(9);
      const bars = new RecordedBars(reader, new ManualClock());
      const beforeS = played.at(-1)!.startS;
      expect(await bars.history(ID, shownS, beforeS, 5, 50)).toEqual(played.slice(-6, -1));
      bars.close();
      reader.close();
    },
  );
});
