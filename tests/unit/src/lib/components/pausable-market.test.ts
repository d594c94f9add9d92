import { expect, test } from 'vitest';
import { PausableMarket } from '../../../../../src/lib/components/pausable-market.svelte.ts';
import type { BookListener, Market } from '../../../../../src/lib/state/market.ts';
import { columns } from './test-instruments.ts';

/** A market whose commits and books the test makes. */
function liveMarket() {
  const live = columns([100, 200]);
  const commits = new Set<(changed: Int32Array) => void>();
  const books: BookListener[] = [];
  const quotes = {
    columns: live,
    entries: [],
    changedAtMs: new Float64Array(2),
    commits: 0,
    closes: () => [],
    onCommit(run: (changed: Int32Array) => void) {
      commits.add(run);
      return () => void commits.delete(run);
    },
  };
  const market = {
    quotes,
    openBook(_instrument: number, listener: BookListener) {
      books.push(listener);
      return { close: () => void books.splice(books.indexOf(listener), 1) };
    },
  } as unknown as Market;
  const commit = (instrument: number, last: number) => {
    live.last[instrument] = last;
    quotes.commits += 1;
    for (const run of commits) run(Int32Array.of(instrument));
  };
  return { market, commit, commits, books };
}

test('a pause freezes what panels read, counts what comes, and resuming tells what changed', () => {
  const { market, commit } = liveMarket();
  const view = new PausableMarket(market);
  const changed: number[][] = [];
  view.quotes.onCommit((ids) => changed.push([...ids]));
  commit(0, 101);
  view.setPaused(true);
  commit(0, 102);
  commit(0, 103);
  commit(1, 201);
  expect(view.quotes.columns.last[0]).toBe(101);
  expect(view.quotes.commits).toBe(1);
  expect(view.quotes.held).toBe(3);
  expect(changed).toEqual([[0]]);
  view.setPaused(false);
  expect(view.quotes.columns.last[0]).toBe(103);
  expect(view.quotes.held).toBe(0);
  expect(changed).toEqual([[0], [0, 1]]);
});

test('streams hold their news until the view goes on, and a closed one gets none', () => {
  const { market, books } = liveMarket();
  const view = new PausableMarket(market);
  const seen: number[] = [];
  const stream = view.openBook(0 as never, { onBook: (bids) => seen.push(bids[0]!) });
  view.setPaused(true);
  books[0]!.onBook([7, 1], []);
  expect(seen).toEqual([]);
  view.setPaused(false);
  expect(seen).toEqual([7]);
  view.setPaused(true);
  books[0]!.onBook([8, 1], []);
  stream.close();
  view.setPaused(false);
  expect(seen).toEqual([7]);
  expect(books).toHaveLength(0);
});

test('a stream that is opened during a pause shows one state and stands still', () => {
  const { market, books } = liveMarket();
  const view = new PausableMarket(market);
  const seen: number[] = [];
  view.setPaused(true);
  view.openBook(0 as never, { onBook: (bids) => seen.push(bids[0]!) });
  books[0]!.onBook([7, 1], []);
  books[0]!.onBook([8, 1], []);
  expect(seen).toEqual([7]);
  view.setPaused(false);
  books[0]!.onBook([9, 1], []);
  expect(seen).toEqual([7, 8, 9]);
});

test('the last listener that leaves takes the listener of the store with it', () => {
  const { market, commits } = liveMarket();
  const view = new PausableMarket(market);
  const stop = view.quotes.onCommit(() => {});
  expect(commits.size).toBe(1);
  stop();
  expect(commits.size).toBe(0);
});
