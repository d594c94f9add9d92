import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs, type GapMark } from '#protocol';
import { ProtocolBench, outline } from '../../support/protocol-bench.ts';

function markOf(bench: ProtocolBench, id: number | null, agoMs: number, forMs: number): GapMark {
  const fromUs = bench.clock.nowUs() - agoMs * 1_000;
  return {
    feed: 'test',
    ...(id === null ? {} : { instrument: instrumentId(id) }),
    fromTimeUs: unixUs(fromUs),
    toTimeUs: unixUs(fromUs + forMs * 1_000),
    reason: 'cut',
  };
}

function withTwo(): ProtocolBench {
  const bench = new ProtocolBench();
  for (const symbol of ['AAA', 'BBB']) bench.define('test', symbol);
  return bench;
}

describe('gaps of the market', () => {
  it.each(['binary', 'json'] as const)(
    '[ST6] [JS1] are told whole to a newcomer after the first status, and one by one to who is there (%s)',
    (encoding) => {
      const bench = withTwo();
      const first = bench.connect(encoding);
      expect(outline(first.hello())).toEqual(['welcome', 'timeline', 'status']);
      const marks = [markOf(bench, 0, 5_000, 3_200), markOf(bench, null, 5_000, 2_000)];
      for (const mark of marks) bench.engine.onGap(mark);
      bench.advance(60);
      expect(first.heard().filter(({ type }) => type === 'gaps')).toEqual([
        { type: 'gaps', whole: false, marks },
      ]);
      const newcomer = bench.connect(encoding);
      const said = newcomer.hello();
      expect(outline(said)).toEqual(['welcome', 'timeline', 'status', 'gaps']);
      expect(said.at(-1)).toEqual({ type: 'gaps', whole: true, marks });
      // Told twice by a feed, it is no news.
      bench.engine.onGap(marks[0]!);
      bench.advance(60);
      expect(first.heard().filter(({ type }) => type === 'gaps')).toEqual([]);
    },
  );

  it('[HI9] come with the bars of their span, of the instrument that is asked for', async () => {
    const bench = withTwo();
    const peer = bench.greeted();
    bench.trade(0, 100, 1);
    const own = markOf(bench, 0, 0, 400);
    for (const mark of [own, markOf(bench, 1, 0, 400), markOf(bench, null, 0, 400)]) bench.engine.onGap(mark);
    bench.advance(5_000);
    bench.trade(0, 101, 1);
    peer.heard();
    const ask = async (instrument: number, more: object = {}): Promise<unknown> => {
      peer.frame(
        JSON.stringify({
          type: 'history',
          request: 1,
          kind: 'bars',
          instrument,
          interval: '1s',
          count: 50,
          ...more,
        }),
      );
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      return peer.heard().find(({ type }) => type === 'history');
    };
    expect(await ask(0)).toMatchObject({ gaps: [own] });
    expect(await ask(0, { beforeTimeUs: own.fromTimeUs - 60_000_000 })).not.toHaveProperty('gaps');
    expect(await ask(1)).not.toHaveProperty('gaps');
  });
});
