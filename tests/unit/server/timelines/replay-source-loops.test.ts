import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../../server/engine/ports.ts';
import { ReplaySource } from '../../../../server/timelines/replay-source.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { recordedAt } from '../tape/recorded.ts';
import { SECOND, START, Trace } from './replay-trace.ts';

/** A clock that goes on by a little whenever somebody looks, as the machine's does. */
function restlessClock(): { clock: Clock; advance: (ms: number) => void } {
  const timers = new ManualClock();
  const clock: Clock = {
    nowUs() {
      timers.skip(0.005);
      return timers.nowUs();
    },
    after: (delayMs, run) => timers.after(delayMs, run),
    every: (periodMs, run) => timers.every(periodMs, run),
    soon: (run) => timers.soon(run),
  };
  return { clock, advance: (ms) => timers.advance(ms) };
}

describe('a loop', () => {
  it('of a stretch that the recording does not have, or no longer has, is played past', () => {
    const trace = new Trace([0, SECOND, 2 * SECOND]);
    trace.source.loop({ fromTimeUs: START - 9 * SECOND, toTimeUs: START - SECOND });
    trace.source.play();
    trace.clock.advance(2_500);
    expect(trace.source.state).toBe('ended');
    trace.source.loop({ fromTimeUs: START + 9 * SECOND, toTimeUs: START + 10 * SECOND });
    trace.clock.advance(100);
    expect(trace.source.state).toBe('ended');
  });

  it('that is over as soon as it begins waits for the next tick', () => {
    const { clock, advance } = restlessClock();
    const recording = recordedAt([0, SECOND, 2 * SECOND, 3 * SECOND].map((timeUs) => START + timeUs));
    let rounds = 0;
    const nothing = (): void => undefined;
    const source = new ReplaySource({
      recording,
      clock,
      speed: 1_000_000,
      onEvent: nothing,
      listener: {
        onReset: () => (rounds += 1),
        onSettled: nothing,
        onGrown: nothing,
        onState: nothing,
        onSkip: nothing,
        onClock: nothing,
      },
    });
    source.loop({ fromTimeUs: START, toTimeUs: START + SECOND });
    source.play();
    advance(200);
    expect(rounds).toBeGreaterThan(5);
    expect(rounds).toBeLessThan(50);
    source.close();
  });
});
