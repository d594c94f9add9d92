import { describe, expect, it } from 'vitest';
import { SendPacer } from '../../../../../server/feeds/venue/send-pacer.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

describe('SendPacer', () => {
  it('sends at most so many frames in any second, in order', () => {
    const clock = new ManualClock();
    const startUs = clock.nowUs();
    const sent: [unknown, number][] = [];
    const pacer = new SendPacer(clock, 3, (frame) => sent.push([frame, (clock.nowUs() - startUs) / 1000]));
    let told = 0;
    pacer.send(['a', 'b', 'c', 'd'], () => (told = (clock.nowUs() - startUs) / 1000));
    clock.advance(400);
    pacer.send(['e']);
    clock.advance(5_000);
    expect(sent).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 0],
      ['d', 1_000],
      ['e', 1_000],
    ]);
    expect([told, clock.pendingTimers]).toEqual([1_000, 0]);
  });

  it('forgets what waits when it is closed', () => {
    const clock = new ManualClock();
    const sent: unknown[] = [];
    const pacer = new SendPacer(clock, 1, (frame) => sent.push(frame));
    pacer.send(['a', 'b']);
    pacer.close();
    clock.advance(5_000);
    expect([sent, clock.pendingTimers]).toEqual([['a'], 0]);
  });
});
