import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { Engine } from '../../../../server/engine/engine.ts';
import { RollingReader } from '../../../../server/tape/rolling/rolling-reader.ts';
import { startReplayTimeline } from '../../../../server/timelines/replay-timeline.ts';
import { stateHash } from '../../../../server/timelines/state-hash.ts';
import type { Timeline } from '../../../../server/timelines/timeline.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { freshFolder, RollingMarket } from '../tape/rolling/rolling-market.ts';

const SECOND = 1_000_000;

interface Replay {
  readonly timeline: Timeline;
  readonly reader: RollingReader;
}

function replayAt(market: RollingMarket, timeUs: number): Replay {
  market.tape.flush();
  const reader = RollingReader.open(market.tape.folder);
  const begin = { timeUs: unixUs(timeUs), plays: false };
  const options = { clock: market.clock, recording: reader, name: 'tape', speed: 1, skipIdleUs: 60 * SECOND };
  return { timeline: startReplayTimeline({ ...options, begin }), reader };
}

async function close(replays: readonly Replay[], market: RollingMarket): Promise<void> {
  for (const { timeline, reader } of replays) {
    await timeline.close();
    reader.close();
  }
  market.tape.close();
}

const seek = ({ timeline }: Replay, timeUs: number): void =>
  void timeline.source.command({ type: 'timeline', op: 'seek', timeUs: unixUs(timeUs) });

describe('a replay of a tape that goes on', () => {
  it('that stood in a part which is gone by now shows what a new one shows, by seek and by playing', async () => {
    const retention = { ageMs: 60_000, bytes: 512_000_000 };
    const market = new RollingMarket(freshFolder(), { retention });
    market.run(60_000, 100);
    const [sought, played] = [0, 1].map(() => replayAt(market, market.clock.nowUs() - 55 * SECOND));
    market.run(55_000, 100);
    const goalUs = market.clock.nowUs() - 20 * SECOND;
    seek(sought!, goalUs);
    played!.timeline.source.command({ type: 'timeline', op: 'speed', speed: 1_000_000 });
    played!.timeline.source.command({ type: 'timeline', op: 'play' });
    market.clock.advance(1_000);
    seek(played!, goalUs);
    const fresh = replayAt(market, goalUs);
    expect(stateHash(sought!.timeline.engine)).toBe(stateHash(fresh.timeline.engine));
    expect(stateHash(played!.timeline.engine)).toBe(stateHash(fresh.timeline.engine));
    await close([sought!, played!, fresh], market);
  });

  it('shows between two runs of the server what the first one left, however it came there', async () => {
    const folder = freshFolder();
    const first = new RollingMarket(folder);
    first.run(10_000);
    const leftUs = first.clock.nowUs();
    first.tape.close();
    const second = new RollingMarket(folder, {}, new ManualClock(leftUs + 60 * SECOND));
    second.run(10_000);
    const betweenUs = leftUs + 30 * SECOND;
    const [before, after, direct] = [
      replayAt(second, leftUs - 5 * SECOND),
      replayAt(second, leftUs + 65 * SECOND),
      replayAt(second, betweenUs),
    ];
    seek(before!, leftUs - SECOND);
    before!.timeline.source.command({ type: 'timeline', op: 'step', durationUs: 31 * SECOND });
    seek(after!, betweenUs);
    const empty = new Engine(unixUs(0));
    for (const one of direct!.reader.instruments) empty.define(one);
    expect(stateHash(direct!.timeline.engine)).not.toBe(stateHash(empty));
    expect(stateHash(before!.timeline.engine)).toBe(stateHash(direct!.timeline.engine));
    expect(stateHash(after!.timeline.engine)).toBe(stateHash(direct!.timeline.engine));
    await close([before!, after!, direct!], second);
  });

  it('is right again behind a damaged block, whether it was played through or passed over', async () => {
    const retention = { ageMs: 60_000, bytes: 512_000_000 };
    const market = new RollingMarket(freshFolder(), { retention });
    market.run(50_000, 100);
    market.tape.flush();
    const segment = readdirSync(market.tape.folder)
      .filter((name) => name.endsWith('.tape'))
      .toSorted()[1]!;
    const path = join(market.tape.folder, segment);
    const bytes = readFileSync(path);
    // Blocks are 64 bytes of head and their content: this is in a content.
    const at = bytes.indexOf('TBLK', Math.floor(bytes.length / 2), 'latin1') + 70;
    bytes[at]! ^= 0xff;
    writeFileSync(path, bytes);
    const endUs = market.clock.nowUs();
    const [through, over] = [replayAt(market, endUs - 49 * SECOND), replayAt(market, endUs - SECOND)];
    through!.timeline.source.command({ type: 'timeline', op: 'speed', speed: 10 });
    through!.timeline.source.command({ type: 'timeline', op: 'play' });
    market.clock.advance(4_500);
    seek(through!, endUs - SECOND);
    through!.timeline.source.command({ type: 'timeline', op: 'pause' });
    expect(stateHash(through!.timeline.engine)).toBe(stateHash(over!.timeline.engine));
    await close([through!, over!], market);
  });
});
