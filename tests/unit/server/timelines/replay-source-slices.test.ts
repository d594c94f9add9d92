import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MS, START, Trace } from './replay-trace.ts';

describe('ReplaySource with more work than fits in one go', () => {
  const times = Array.from({ length: 2000 }, (_, index) => index * MS);

  it('seeks in slices and lets other timers in between', () => {
    const trace = new Trace(times);
    trace.eventWorkUs = 20;
    trace.source.seek(START + 1500 * MS);
    expect(trace.takeRuns()).toEqual(['seeking', '0-511']);
    expect([trace.source.state, trace.positionUs]).toEqual(['seeking', 1500 * MS]);
    let isLetIn = false;
    trace.clock.after(0, () => (isLetIn = true));
    trace.clock.advance(0);
    expect(trace.takeRuns()).toEqual(['512-1500', 'settled', 'paused']);
    expect(isLetIn).toBe(true);
  });

  it('follows the last of several seeks', () => {
    const trace = new Trace(times);
    trace.eventWorkUs = 20;
    trace.source.seek(START + 1900 * MS);
    trace.source.seek(START + 600 * MS);
    expect(trace.takeRuns()).toEqual(['seeking', '0-600', 'settled', 'paused']);
    trace.source.seek(START + 1900 * MS);
    trace.source.seek(START + 100 * MS);
    expect(trace.takeRuns()).toEqual(['seeking', '601-1112', 'reset', '0-100', 'settled', 'paused']);
    trace.clock.advance(1000);
    expect(trace.take()).toEqual([]);
  });

  it('takes play and pause during a seek as what comes after it', () => {
    const trace = new Trace(times);
    trace.eventWorkUs = 20;
    trace.source.seek(START + 1000 * MS);
    trace.source.play();
    expect(trace.source.state).toBe('seeking');
    trace.clock.advance(0);
    expect(trace.source.state).toBe('playing');
    trace.source.seek(START + 1 * MS);
    trace.source.seek(START + 1000 * MS);
    trace.source.pause();
    trace.clock.advance(0);
    expect([trace.source.state, trace.positionUs]).toEqual(['paused', 1000 * MS]);
  });

  it('counts steps during a seek from where it goes', () => {
    const trace = new Trace(times);
    trace.eventWorkUs = 50;
    trace.source.seek(START + 1000 * MS);
    trace.source.step({ events: 2 });
    trace.source.step({ durationUs: 3 * MS });
    expect(trace.takeRuns()).toEqual(['seeking', '0-767']);
    trace.clock.advance(0);
    expect(trace.takeRuns()).toEqual(['768-1005', 'settled', 'paused']);
  });

  it('lets time wait for a receiver that is slower than the chosen speed', () => {
    const trace = new Trace(times, { speed: 1000 });
    trace.eventWorkUs = 100;
    trace.source.start();
    trace.take();
    trace.clock.advance(10);
    const shown = trace.events.length;
    expect(shown).toBeLessThan(600);
    expect(trace.positionUs).toBeLessThanOrEqual((shown + 600) * MS);
    trace.eventWorkUs = 0;
    trace.clock.advance(20);
    expect(trace.source.state).toBe('ended');
  });

  it('does not let the receiver of events command it', () => {
    const trace: Trace = new Trace([0, 1], { onEvent: () => trace.source.pause() });
    expect(() => trace.source.start()).toThrow('does not command');
  });
});

describe('ReplaySource under any commands', () => {
  it('has always let out the first events of the recording, in order, up to its position', () => {
    const command = fc.oneof(
      fc.record({ op: fc.constant('seek'), value: fc.integer({ min: -10, max: 2100 }) }),
      fc.record({ op: fc.constant('events'), value: fc.integer({ min: -300, max: 300 }) }),
      fc.record({ op: fc.constant('duration'), value: fc.integer({ min: -500, max: 500 }) }),
      fc.record({ op: fc.constant('advance'), value: fc.nat(200) }),
      fc.record({ op: fc.constant('speed'), value: fc.nat(20) }),
      fc.record({ op: fc.constantFrom('play', 'pause'), value: fc.constant(0) }),
    );
    const gaps = fc.array(fc.integer({ min: -3, max: 9 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(gaps, fc.array(command, { maxLength: 30 }), fc.nat(60), (steps, commands, eventWorkUs) => {
        let timeMs = 0;
        const trace = new Trace(steps.map((step) => (timeMs += step) * MS));
        trace.eventWorkUs = eventWorkUs;
        for (const { op, value } of commands) {
          if (op === 'seek') trace.source.seek(START + value * MS);
          else if (op === 'events') trace.source.step({ events: value });
          else if (op === 'duration') trace.source.step({ durationUs: value * MS });
          else if (op === 'advance') trace.clock.advance(value);
          else if (op === 'speed') trace.source.setSpeed(value);
          else if (op === 'play') trace.source.play();
          else trace.source.pause();
          checkOrder(trace);
        }
        trace.clock.advance(0);
        trace.source.pause();
        checkOrder(trace);
        trace.source.close();
        expect(trace.clock.timers.pendingTimers).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

function checkOrder(trace: Trace): void {
  const shown = trace.log
    .slice(trace.log.lastIndexOf('reset') + 1)
    .filter((entry) => typeof entry === 'number');
  expect(shown).toEqual(Array.from(shown, (_, index) => index));
  if (trace.source.state === 'seeking' || shown.length === 0) return;
  expect(trace.recording.timeOfEvent(shown.length - 1)).toBeLessThanOrEqual(trace.source.positionUs);
}
