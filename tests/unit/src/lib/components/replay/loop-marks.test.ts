import { expect, test } from 'vitest';
import {
  LOOP_MIN_US,
  loopAround,
  loopOf,
  moveEnd,
  NO_MARKS,
  rangeAround,
  withIn,
  withOut,
} from '../../../../../../src/lib/components/replay/loop-marks.ts';

const S = 1_000_000;
const span = { fromUs: 0, toUs: 100 * S };

test('the ends are set in either order, and one that the other passes is dropped', () => {
  const both = withOut(withIn(NO_MARKS, 10 * S), 20 * S);
  expect(loopOf(both, span)).toEqual({ fromUs: 10 * S, toUs: 20 * S });
  expect(withIn(both, 30 * S)).toEqual({ inUs: 30 * S, outUs: null });
  expect(withOut(both, 5 * S)).toEqual({ inUs: null, outUs: 5 * S });
});

test('an end that is not set is the end of what there is', () => {
  expect(loopOf(NO_MARKS, span)).toBeNull();
  expect(loopOf({ inUs: 40 * S, outUs: null }, span)).toEqual({ fromUs: 40 * S, toUs: 100 * S });
  expect(loopOf({ inUs: null, outUs: 40 * S }, span)).toEqual({ fromUs: 0, toUs: 40 * S });
});

test('a loop is held to what there is, and one that is too short is none', () => {
  expect(loopOf({ inUs: -5 * S, outUs: 500 * S }, span)).toEqual(span);
  expect(loopOf({ inUs: 10 * S, outUs: 10 * S + 1 }, span)).toBeNull();
  expect(loopOf({ inUs: 200 * S, outUs: 300 * S }, span)).toBeNull();
});

test('a loop that nobody set lies around the playhead, inside what there is', () => {
  expect(loopAround(50 * S, span)).toEqual({ fromUs: 37.5 * S, toUs: 62.5 * S });
  expect(loopAround(2 * S, span)).toEqual({ fromUs: 0, toUs: 25 * S });
  expect(loopAround(5_000 * S, { fromUs: 0, toUs: 10_000 * S })).toEqual({
    fromUs: 4_985 * S,
    toUs: 5_015 * S,
  });
});

test('a stretch of a given length moves in rather than shrinks, unless there is no more', () => {
  expect(rangeAround(99 * S, 60 * S, span)).toEqual({ fromUs: 40 * S, toUs: 100 * S });
  expect(rangeAround(50 * S, 300 * S, span)).toEqual(span);
});

test('a dragged end keeps its distance to the other and stays inside', () => {
  const range = { fromUs: 10 * S, toUs: 20 * S };
  expect(moveEnd(range, 'in', 15 * S, span)).toEqual({ fromUs: 15 * S, toUs: 20 * S });
  expect(moveEnd(range, 'in', 25 * S, span)).toEqual({ fromUs: 20 * S - LOOP_MIN_US, toUs: 20 * S });
  expect(moveEnd(range, 'in', -1, span)).toEqual({ fromUs: 0, toUs: 20 * S });
  expect(moveEnd(range, 'out', 5 * S, span)).toEqual({ fromUs: 10 * S, toUs: 10 * S + LOOP_MIN_US });
  expect(moveEnd(range, 'out', 500 * S, span)).toEqual({ fromUs: 10 * S, toUs: 100 * S });
});
