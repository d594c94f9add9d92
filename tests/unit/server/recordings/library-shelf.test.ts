import { afterEach, describe, expect, it } from 'vitest';
import { LIMITS, RECORDINGS_SEPARATOR, type MarketEvent } from '#protocol';
import { libraryShelf } from '../../../../server/recordings/library-shelf.ts';
import { isRecordingName } from '../../../../server/recordings/recording-name.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { freshFolder, LiveTestMarket } from './live-market.ts';

const markets: LiveTestMarket[] = [];
afterEach(() => Promise.all(markets.splice(0).map((market) => market.close())));

/** A library of recordings that were made at the same time, one after the other and in the same order. */
function shelfOf(...names: string[]) {
  const market = new LiveTestMarket({}, freshFolder(), new ManualClock());
  markets.push(market);
  market.run(1_000);
  for (const name of names) market.library.record({ name });
  market.run(5_000);
  for (const name of names) market.library.stop(name);
  return libraryShelf(market.library, null);
}

describe('[TL14] recordings that are named together', () => {
  it('play as one, by time, what the first one holds before what the second one does', async () => {
    const shelf = shelfOf('one', 'two');
    const alone = (await shelf.open('one'))!;
    const both = (await shelf.open('one|two'))!;
    const timesOf = ({ reader }: typeof both): number[] => {
      const times: number[] = [];
      reader.play(0, reader.events, (event: MarketEvent) => times.push(event.receiveTimeUs));
      return times;
    };
    expect(both.name).toBe('one + two');
    expect(both.reader.instruments).toEqual(alone.reader.instruments);
    expect(timesOf(both)).toEqual(timesOf(alone).flatMap((timeUs) => [timeUs, timeUs]));
    alone.close();
    both.close();
  });

  it('are none when one is missing, or named twice, or the live tape, or too many', async () => {
    const names = Array.from({ length: LIMITS.recordingsMergedMax }, (_, index) => `number ${index}`);
    const shelf = shelfOf(...names);
    const most = (await shelf.open(names.join(RECORDINGS_SEPARATOR)))!;
    expect(most.reader.events).toBeGreaterThan(0);
    most.close();
    for (const bad of [
      'number 1|none',
      'number 1|number 1',
      'number 1|tape',
      '|',
      [...names, 'number 1'].join('|'),
    ]) {
      expect(await shelf.open(bad), bad).toBeNull();
    }
  });

  it('are told apart from any name', () => {
    expect(isRecordingName(`one${RECORDINGS_SEPARATOR}two`)).toBe(false);
  });
});
