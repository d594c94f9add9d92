import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TAPE_NAME, type TimelineMessage } from '#protocol';
import { startLiveTimeline } from '../../../server/timelines/live-timeline.ts';
import { stateHash } from '../../../server/timelines/state-hash.ts';
import { libraryShelf } from '../../../server/recordings/library-shelf.ts';
import { RecordingLibrary } from '../../../server/recordings/recording-library.ts';
import { RollingTape } from '../../../server/tape/rolling/rolling-tape.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { soleTimeline } from '../../support/sole-timeline.ts';
import { TestFeed } from '../../support/test-server.ts';
import { instrument, quote, trade } from '../../support/test-timeline.ts';
import { TestViewer } from '../../support/test-viewer.ts';

const parent = mkdtempSync(join(tmpdir(), 'tickwire-rewind-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));
let folders = 0;

/** A live market of two instruments with its tape, on the test's clock. */
async function tapedMarket() {
  folders += 1;
  const folder = join(parent, String(folders));
  const clock = new ManualClock();
  const retention = { ageMs: 600_000, bytes: 64_000_000 };
  const tape = RollingTape.open({ folder: join(folder, 'rolling'), clock, retention, onNotice: () => {} });
  const feed = new TestFeed(['A', 'B']);
  const timeline = await startLiveTimeline({
    clock,
    feeds: [feed],
    onProblem: () => {},
    onTaps: (taps) => void taps.add(tape),
    tapeFromUs: () => tape.status.fromTimeUs,
  });
  const library = new RecordingLibrary({
    folder: join(folder, 'recordings'),
    clock,
    live: null,
    tape,
    importBytesMax: 1_000_000,
    onNotice: () => {},
  });
  const { engine } = timeline;
  const shelf = libraryShelf(library, { tape, engine });
  const timelines = soleTimeline(timeline, clock, { shelf });
  let price = 10_000;
  const run = (seconds: number): void => {
    for (let at = 0; at < seconds * 10; at += 1) {
      price += (at * 7) % 5 === 0 ? 3 : -1;
      feed.sink.onEvent(trade(at % 2, clock.nowUs(), price, 1 + (at % 9)));
      feed.sink.onEvent(quote(at % 2, clock.nowUs(), price - 1, at + 1, price + 1, at + 2));
      clock.advance(100);
    }
  };
  const close = async (): Promise<void> => {
    await timelines.close();
    await library.close();
    tape.close();
  };
  return { clock, feed, timeline, timelines, engine, tape, run, close };
}

type Market = Awaited<ReturnType<typeof tapedMarket>>;

async function rewound(market: Market, viewer: TestViewer, timeUs: number): Promise<TimelineMessage> {
  viewer.heard();
  viewer.say({ type: 'timeline', op: 'open', recording: TAPE_NAME, timeUs, paused: true });
  await new Promise((resolve) => setImmediate(resolve));
  market.clock.advance(20);
  return viewer.heard().find((message) => message.type === 'timeline') as TimelineMessage;
}

const viewerOf = (market: Market): TestViewer =>
  new TestViewer(market, { timelines: market.timelines })
    .hello()
    .subscribe(1, 'quote', ['*'])
    .subscribe(2, 'bar:1m', ['*']);

describe('the tape of the live market', () => {
  it('[TL13] brings any instant of it back, whole, while live goes on', async () => {
    const market = await tapedMarket();
    market.run(100);
    const instantUs = market.clock.nowUs();
    const then = stateHash(market.engine);
    market.run(150);
    const viewer = viewerOf(market);
    const live = viewer.heard().find((message) => message.type === 'timeline') as TimelineMessage;
    expect(live.tapeFromUs).toBeLessThanOrEqual(instantUs - 99_000_000);

    const message = await rewound(market, viewer, instantUs - 1);
    expect(message).toMatchObject({ mode: 'replay', state: 'paused', recording: { name: TAPE_NAME } });
    const replay = market.timelines.find(message.epoch)!;
    expect(stateHash(replay.engine)).toBe(then);

    // Bars from before the place are those that the live market made.
    viewer.say({ type: 'history', request: 1, kind: 'bars', instrument: 0, interval: '1m', count: 10 });
    await new Promise((resolve) => setImmediate(resolve));
    const bars = viewer.heard().find((one) => one.type === 'history') as unknown as { rows: number[] };
    const starts = bars.rows.filter((_, at) => at % 6 === 0);
    expect(starts.length).toBeGreaterThan(1);
    expect(Math.max(...starts) * 1_000_000).toBeLessThanOrEqual(instantUs);
    await market.close();
  });

  it('[TL13] plays on into what is recorded meanwhile, and ends at the newest event', async () => {
    const market = await tapedMarket();
    market.run(30);
    const viewer = viewerOf(market);
    const startUs = market.clock.nowUs() - 5_000_000;
    const { epoch } = await rewound(market, viewer, startUs);
    const { source, engine } = market.timelines.find(epoch)!;
    viewer.say({ type: 'timeline', op: 'play' });
    market.run(20);
    expect(source.state).toBe('playing');
    expect(source.positionUs() - startUs).toBeGreaterThan(19_000_000);
    viewer.say({ type: 'timeline', op: 'speed', speed: 60 });
    market.clock.advance(2_000);
    expect(source.state).toBe('ended');
    expect(stateHash(engine)).toBe(stateHash(market.engine));
    market.run(1);
    viewer.say({ type: 'timeline', op: 'play' });
    market.clock.advance(500);
    expect(stateHash(engine)).toBe(stateHash(market.engine));
    await market.close();
  });

  it('knows instruments that were listed after it was opened', async () => {
    const market = await tapedMarket();
    market.run(10);
    const viewer = viewerOf(market);
    const { epoch } = await rewound(market, viewer, market.clock.nowUs() - 1_000_000);
    const id = market.feed.sink.define(instrument('NEW'));
    market.feed.sink.onEvent(trade(id, market.clock.nowUs(), 777, 1));
    market.run(3);
    viewer.say({ type: 'timeline', op: 'speed', speed: 300 }).say({ type: 'timeline', op: 'play' });
    market.clock.advance(2_000);
    viewer.deliver();
    const { model } = viewer;
    const found = [...model.entries.values()].find(({ symbol }) => symbol === 'NEW')!;
    expect(model.columns.last[found.id]).toBe(777);
    expect(market.timelines.find(epoch)!.engine.dictionary.size).toBe(3);
    await market.close();
  });

  it('begins its state anew where the server was started again', async () => {
    const first = await tapedMarket();
    first.run(20);
    const middleUs = first.clock.nowUs();
    await first.close();
    // The same folder, by another process, whose market knows nothing of the first.
    folders -= 1;
    const second = await tapedMarket();
    second.clock.advance(60_000);
    second.run(20);
    const viewer = viewerOf(second);
    const { epoch } = await rewound(second, viewer, middleUs - 2_000_000);
    const replay = second.timelines.find(epoch)!;
    viewer.say({ type: 'timeline', op: 'speed', speed: 100 }).say({ type: 'timeline', op: 'play' });
    second.clock.advance(3_000);
    expect(replay.source.state).toBe('ended');
    expect(stateHash(replay.engine)).toBe(stateHash(second.engine));
    await second.close();
  });
});
