import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs } from '#protocol';
import { RollingReader } from '../../../../../server/tape/rolling/rolling-reader.ts';
import { freshFolder, readRolling, RollingMarket } from './rolling-market.ts';

describe('the gaps of a rolling tape', () => {
  it('[TF29] are there for who reads while it is written, and stay with their segment', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.run(10_000);
    const reader = RollingReader.open(folder);
    expect(reader.gapMarks()).toEqual([]);
    const toUs = market.clock.nowUs();
    const ends = { fromTimeUs: unixUs(toUs - 3_200_000), toTimeUs: toUs };
    market.tape.onGap({ feed: 'test', instrument: instrumentId(1), ...ends, reason: 'cut' });
    market.trade();
    market.tape.flush();
    reader.refresh();
    const [mark] = reader.gapMarks();
    expect(mark).toMatchObject({ ...ends, reason: 'cut' });
    expect(reader.instruments[mark!.instrument!]!.symbol).toBe('BBB');
    // Far enough for several segments.
    market.run(900_000);
    market.tape.flush();
    reader.refresh();
    expect(reader.gapMarks()).toEqual([mark]);
    reader.close();
    market.tape.close();
  });

  it('[TF29] have the time between two runs of the server, of which nothing was recorded', () => {
    const folder = freshFolder();
    const first = new RollingMarket(folder);
    first.run(5_000);
    const endUs = first.clock.nowUs() - 1_000_000;
    first.tape.close();
    first.clock.advance(60_000);
    const second = new RollingMarket(folder, {}, first.clock);
    const beginUs = second.clock.nowUs();
    second.run(5_000);
    second.tape.close();
    readRolling(folder, (reader) => {
      expect(reader.gapMarks()).toEqual([
        { feed: 'tape', fromTimeUs: endUs, toTimeUs: beginUs, reason: 'recording' },
      ]);
    });
  });
});
