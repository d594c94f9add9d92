import { beforeEach, describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { FrameLine } from '../../../../../server/feeds/venue/frame-line.ts';
import type { Portions } from '../../../../../server/feeds/venue/portions.ts';
import { TurnClock } from '../../../../support/turn-clock.ts';

let clock: TurnClock;
let line: FrameLine;
/** What was done, in order. */
let done: string[];
let isHeld: boolean;
beforeEach(() => {
  clock = new TurnClock();
  done = [];
  isHeld = false;
  line = new FrameLine({
    clock,
    waitingMax: 10,
    take: (frame) => void done.push(String(frame)),
    run: (piece) => piece(),
    hold: (isNow) => void (isHeld = isNow),
    onWait: () => void done.push('wait'),
    onOverflow: () => void done.push('overflow'),
  });
});

function* work(name: string, portions: number): Portions {
  for (let portion = 1; portion <= portions; portion += 1) {
    done.push(`${name}${portion}`);
    if (portion < portions) yield;
  }
}

const frame = (text: string, timeUs = 1): void => line.frame(text, unixUs(timeUs));

describe('what a translator is handed', () => {
  it('are frames as they come, and work of one portion at once', () => {
    frame('a');
    line.begin('S', work('w', 1));
    frame('b');
    expect([done, clock.waiting, isHeld]).toEqual([['a', 'w1', 'b'], 0, false]);
  });

  it('is one portion a turn, then the next work, then the frames that waited', () => {
    line.begin('S', work('v', 2));
    line.begin('T', work('w', 2));
    frame('a');
    frame('b');
    expect(isHeld).toBe(true);
    clock.settle();
    expect(done).toEqual(['v1', 'wait', 'wait', 'v2', 'w1', 'w2', 'a', 'b']);
    expect(isHeld).toBe(false);
  });

  it('is told since when something waits', () => {
    expect(line.waitingSinceUs).toBe(Infinity);
    line.begin('S', work('v', 2));
    frame('a', 7);
    frame('b', 8);
    expect(line.waitingSinceUs).toBe(7);
  });

  it('is not the work of a symbol that was given up, but that of others', () => {
    line.begin('S', work('v', 3));
    line.begin('T', work('w', 2));
    line.drop(['S']);
    clock.settle();
    expect(done).toEqual(['v1', 'w1', 'w2']);
  });

  it('is given up when more waits than may, though never for a single frame', () => {
    line.begin('S', work('v', 2));
    frame('a frame that is long');
    expect(done).toEqual(['v1', 'wait']);
    frame('b');
    expect(done).toEqual(['v1', 'wait', 'wait', 'overflow']);
  });

  it('is nothing after the end', () => {
    line.begin('S', work('v', 2));
    frame('a');
    line.close();
    frame('b');
    line.begin('S', work('w', 1));
    expect([clock.settle(), done]).toEqual([0, ['v1', 'wait']]);
  });
});
