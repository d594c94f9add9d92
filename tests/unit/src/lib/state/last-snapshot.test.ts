import { beforeEach, describe, expect, test } from 'vitest';
import { newestSnapshot } from '../../../../../src/lib/state/last-snapshot.ts';
import { SnapshotKeeper, snapshotOf } from '../../../../../src/lib/state/snapshot-keeper.ts';
import { FAKE_START_US } from '../../../../support/fake-server.ts';
import { MarketHarness, snapshotOf as cameWithPage } from './market-harness.ts';
import { memoryStorage } from './memory-storage.ts';

const KEY = 'tickwire.last-snapshot';
let harness: MarketHarness;

beforeEach(() => {
  harness = new MarketHarness();
});

function live() {
  const market = harness.open();
  market.watchQuotes(['*'], 10);
  harness.start(market);
  harness.server.peer.timeline();
  harness.server.peer.snapshot({ 0: { last: 10_050 }, 1: { last: 20_000 } });
  harness.frame();
  harness.passSeconds(1);
  return market;
}

describe('the prices that were shown last', () => {
  test('are kept while they are live, and shown by a page that came with older ones', () => {
    const market = live();
    const kept = snapshotOf(market)!;
    expect(kept.rows.map(({ last }) => last)).toEqual([10_050, 20_000]);
    const storage = memoryStorage({ [KEY]: JSON.stringify(kept) });
    const shown = newestSnapshot(storage, cameWithPage())!;
    expect(shown.timeUs).toBe(kept.timeUs);
    const next = new MarketHarness().open(shown);
    expect(next.quotes.columns.last[1]).toBe(20_000);
    expect(next.connection.shownTimeUs).toBe(kept.timeUs);
  });

  test('give way to newer ones, to a replay, and to nothing that is not connected', () => {
    const market = live();
    const kept = snapshotOf(market)!;
    const storage = memoryStorage({ [KEY]: JSON.stringify(kept) });
    const newer = { ...cameWithPage(), timeUs: kept.timeUs + 1 };
    expect(newestSnapshot(storage, newer)).toBe(newer);
    const replay = { ...cameWithPage(), mode: 'replay' as const, timeUs: 5 };
    expect(newestSnapshot(storage, replay)).toBe(replay);
    harness.server.peer.drop();
    harness.frame();
    expect(snapshotOf(market)).toBeNull();
  });

  test.each([
    ['nothing', ''],
    ['half a text', '{"timeUs":'],
    ['no rows', `{"timeUs":${FAKE_START_US * 2}}`],
    ['a row without its instrument', `{"timeUs":${FAKE_START_US * 2},"rows":[{"closes":[]}]}`],
    [
      'an id that would fill the memory',
      `{"timeUs":${FAKE_START_US * 2},"rows":[{"closes":[],"entry":{"id":1e9}}]}`,
    ],
  ])('are not used when the storage holds %s', (_, text) => {
    const came = cameWithPage();
    expect(newestSnapshot(memoryStorage({ [KEY]: text }), came)).toBe(came);
  });

  test('are written every half minute, and when the page is hidden', () => {
    const market = live();
    const storage = memoryStorage();
    const keeper = new SnapshotKeeper(storage);
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState });
    const stop = keeper.follow(market, page as unknown as Document, (ms, run) =>
      harness.clock.every(ms, run),
    );
    harness.clock.advance(29_000);
    expect(storage.getItem(KEY)).toBeNull();
    page.visibilityState = 'hidden';
    page.dispatchEvent(new Event('visibilitychange'));
    expect(storage.getItem(KEY)).not.toBeNull();
    harness.server.peer.quotes({ 0: { last: 1 } });
    harness.frame();
    harness.clock.advance(1_000);
    expect(JSON.parse(storage.getItem(KEY)!)).toMatchObject({ rows: [{ last: 1 }, {}] });
    stop();
    page.dispatchEvent(new Event('visibilitychange'));
    harness.clock.advance(60_000);
  });
});
