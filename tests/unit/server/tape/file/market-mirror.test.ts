import { expect, it } from 'vitest';
import { instrumentId, unixUs } from '#protocol';
import { INTERVALS_S } from '../../../../../server/engine/bars.ts';
import { Engine } from '../../../../../server/engine/engine.ts';
import { MarketMirror } from '../../../../../server/tape/file/market-mirror.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';
import { instrument, trade } from '../../../../support/test-timeline.ts';

const START_US = 1_700_000_040_000_000;
const ID = instrumentId(0);

it('knows the last price and the bars in progress as the engine does, however late trades come', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = new SeededRandom(seed);
    const engine = new Engine(unixUs(START_US));
    engine.define(instrument('A'));
    let mirror = new MarketMirror();
    mirror.reserve(1);
    let nowUs = START_US;
    for (let at = 0; at < 400; at += 1) {
      nowUs += random.below(400_000);
      const lateUs = random.chance(0.2) ? random.below(90_000_000) : -random.below(50_000);
      const event = {
        ...trade(0, nowUs - lateUs, random.between(900, 1_100), random.between(1, 9)),
        receiveTimeUs: unixUs(nowUs),
      };
      engine.onEvent(event);
      mirror.onEvent(event);
      if (!random.chance(0.02)) continue;
      // As a reader goes on from a keyframe.
      const states = mirror.capture();
      mirror = new MarketMirror();
      mirror.reserve(1);
      mirror.load(states);
    }
    const [state] = mirror.capture();
    const { last, lastSize, tradeTimeUs, volume, high, low } = engine.state.columns;
    expect(state).toMatchObject({
      last: last[0],
      lastSize: lastSize[0],
      tradeTimeUs: tradeTimeUs[0],
      volume: volume[0],
      high: high[0],
      low: low[0],
    });
    expect(state!.bars).toEqual(
      INTERVALS_S.flatMap((intervalSeconds) =>
        engine.bars.range(intervalSeconds, ID, 0, Infinity, 1).map((bar) => ({ intervalSeconds, ...bar })),
      ),
    );
  }
});
