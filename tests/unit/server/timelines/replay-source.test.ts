import { describe, expect, it } from 'vitest';
import { MS, SECOND, START, Trace } from './replay-trace.ts';

describe('ReplaySource while playing', () => {
  it('lets each event out when its time has come', () => {
    const trace = new Trace([0, 0, 50 * MS, 55 * MS, 200 * MS]);
    trace.source.start();
    expect(trace.take()).toEqual(['playing', 0, 1]);
    trace.clock.advance(49);
    expect(trace.take()).toEqual([]);
    trace.clock.advance(1);
    expect(trace.take()).toEqual([2]);
    trace.clock.advance(100);
    expect(trace.take()).toEqual([3]);
    expect(trace.positionUs).toBe(150 * MS);
    trace.clock.advance(50);
    expect(trace.take()).toEqual([4, 'ended']);
    expect([trace.source.state, trace.positionUs]).toEqual(['ended', 200 * MS]);
    expect(trace.clock.timers.pendingTimers).toBe(0);
  });

  it('keeps file order where stamps go back', () => {
    const trace = new Trace([0, 30 * MS, 10 * MS, 20 * MS, 40 * MS]);
    trace.source.start();
    trace.clock.advance(20);
    expect(trace.take()).toEqual(['playing', 0]);
    trace.clock.advance(10);
    expect(trace.take()).toEqual([1, 2, 3]);
  });

  it('plays as fast as it is told, from where it is', () => {
    const trace = new Trace([0, SECOND, 2 * SECOND, 30 * SECOND], { speed: 10 });
    trace.source.start();
    trace.clock.advance(100);
    expect(trace.events).toEqual([0, 1]);
    trace.source.setSpeed(0.5);
    expect(trace.positionUs).toBe(SECOND);
    trace.clock.advance(1000);
    expect(trace.positionUs).toBe(1.5 * SECOND);
    expect(trace.source.speed).toBe(0.5);
    trace.source.setSpeed(5_000_000);
    expect(trace.source.speed).toBe(1_000_000);
    trace.clock.advance(30);
    expect(trace.source.state).toBe('ended');
  });

  it('pauses exactly: what is due is out, and nothing later', () => {
    const trace = new Trace([0, 13 * MS, 14 * MS, 500 * MS]);
    trace.source.start();
    trace.clock.advance(13);
    trace.source.pause();
    expect(trace.take()).toEqual(['playing', 0, 1, 'paused']);
    expect(trace.positionUs).toBe(13 * MS);
    trace.clock.advance(10_000);
    expect(trace.positionUs).toBe(13 * MS);
    expect(trace.clock.timers.pendingTimers).toBe(0);
    trace.source.play();
    trace.clock.advance(10);
    expect(trace.take()).toEqual(['playing', 2]);
    expect(trace.positionUs).toBe(23 * MS);
  });

  it('pauses where everything is out that has happened, however long letting it out took', () => {
    const trace = new Trace([0, 13 * MS, 14 * MS, 500 * MS]);
    trace.source.start();
    trace.clock.advance(13);
    trace.eventWorkUs = 2 * MS;
    trace.source.pause();
    expect(trace.take()).toEqual(['playing', 0, 1, 'paused']);
    expect(trace.positionUs).toBe(13 * MS);
  });

  it('pauses at no instant of which some events are still to come', () => {
    const trace = new Trace([0, ...Array.from({ length: 600 }, () => 10 * MS), 20 * MS]);
    trace.source.start();
    trace.eventWorkUs = MS;
    trace.clock.advance(10);
    trace.source.pause();
    expect(trace.positionUs).toBe(10 * MS);
    expect(trace.source.index).toBe(601);
  });

  it('jumps over recorded silence and says so', () => {
    const hole = 21 * 86_400 * SECOND;
    const trace = new Trace([0, 20 * MS, hole, hole + 10 * MS]);
    trace.source.start();
    trace.clock.advance(20);
    expect(trace.take()).toEqual(['playing', 0, 1, `skip ${20 * MS} ${hole}`, 2]);
    expect(trace.positionUs).toBe(hole);
    trace.clock.advance(10);
    expect(trace.take()).toEqual([3, 'ended']);
  });

  it('waits out a silence that is short enough', () => {
    const trace = new Trace([0, 60 * SECOND], { skipIdleUs: 60 * SECOND, speed: 1000 });
    trace.source.start();
    trace.clock.advance(50);
    expect(trace.take()).toEqual(['playing', 0]);
    trace.clock.advance(10);
    expect(trace.take()).toEqual([1, 'ended']);
  });

  it('plays a recording that is sparse throughout one event after the other', () => {
    const hour = 3600 * SECOND;
    const trace = new Trace([0, hour, 2 * hour, 3 * hour]);
    trace.source.start();
    expect(trace.events).toEqual([0, 1]);
    trace.clock.advance(240);
    expect(trace.events).toEqual([0, 1]);
    trace.clock.advance(10);
    expect(trace.events).toEqual([0, 1, 2]);
    trace.clock.advance(250);
    expect(trace.source.state).toBe('ended');
  });

  it('plays a stretch over and over, also the whole recording', () => {
    const trace = new Trace([0, 20 * MS, 40 * MS, 60 * MS]);
    trace.source.start();
    trace.source.loop({ fromTimeUs: START + 20 * MS, toTimeUs: START + 50 * MS });
    expect(trace.takeRuns()).toEqual(['playing', '0-0', 'seeking', '1-1', 'settled', 'playing']);
    trace.clock.advance(30);
    expect(trace.takeRuns()).toEqual(['2-2', 'seeking', 'reset', '0-1', 'settled', 'playing']);
    trace.clock.advance(30);
    expect(trace.takeRuns()).toEqual(['2-2', 'seeking', 'reset', '0-1', 'settled', 'playing']);
    trace.source.loop(null);
    trace.clock.advance(50);
    expect(trace.takeRuns()).toEqual(['2-3', 'ended']);
    trace.source.loop({ fromTimeUs: START, toTimeUs: START + 90 * MS });
    trace.source.play();
    trace.take();
    trace.clock.advance(60);
    expect(trace.takeRuns()).toEqual(['1-3', 'seeking', 'reset', '0-0', 'settled', 'playing']);
  });

  it('steps to the begin of a bar, on and back', () => {
    const second = 1_000_000;
    const trace = new Trace([0, 2.5 * second, 9 * second, 12 * second].map((timeUs) => timeUs));
    const inSecond = (timeUs: number) => (START + timeUs) % (5 * second);
    trace.source.step({ bars: { count: 1, intervalS: 5 } });
    expect([inSecond(trace.positionUs), trace.positionUs > 0]).toEqual([0, true]);
    const first = trace.positionUs;
    trace.source.step({ bars: { count: 1, intervalS: 5 } });
    expect(trace.positionUs - first).toBe(5 * second);
    trace.source.step({ bars: { count: -2, intervalS: 5 } });
    expect(trace.positionUs).toBe(Math.max(0, first - 5 * second));
    expect(trace.source.state).toBe('paused');
  });

  it('begins anew when played after the end', () => {
    const trace = new Trace([0, 20 * MS]);
    trace.source.start();
    trace.clock.advance(20);
    trace.take();
    trace.source.play();
    expect(trace.take()).toEqual(['reset', 'settled', 'playing', 0]);
    expect(trace.positionUs).toBe(0);
  });

  it('does nothing any more once it is closed', () => {
    const trace = new Trace([0, 20 * MS, 40 * MS]);
    trace.source.start();
    trace.source.close();
    trace.take();
    trace.source.play();
    trace.source.seek(START);
    trace.clock.advance(1000);
    expect(trace.take()).toEqual([]);
    expect(trace.clock.timers.pendingTimers).toBe(0);
  });
});

describe('ReplaySource when moved', () => {
  const times = Array.from({ length: 11 }, (_, index) => index * 100 * MS);

  it('forwards applies what lies between, and plays on', () => {
    const trace = new Trace(times);
    trace.source.start();
    trace.take();
    trace.source.seek(START + 250 * MS);
    expect(trace.take()).toEqual(['seeking', 1, 2, 'settled', 'playing']);
    expect(trace.positionUs).toBe(250 * MS);
    trace.clock.advance(50);
    expect(trace.take()).toEqual([3]);
  });

  it('backwards drops everything and applies it again from the start', () => {
    const trace = new Trace(times);
    trace.source.start();
    trace.clock.advance(400);
    trace.source.pause();
    trace.take();
    trace.source.seek(START + 100 * MS);
    expect(trace.take()).toEqual(['seeking', 'reset', 0, 1, 'settled', 'paused']);
    expect(trace.positionUs).toBe(100 * MS);
  });

  it('by a little within the same two events needs no reset', () => {
    const trace = new Trace(times);
    trace.source.start();
    trace.clock.advance(150);
    trace.take();
    trace.source.seek(START + 120 * MS);
    expect(trace.take()).toEqual(['seeking', 'settled', 'playing']);
    expect(trace.positionUs).toBe(120 * MS);
  });

  it('outside the recording stops at its first or last instant', () => {
    const trace = new Trace(times);
    trace.source.seek(START + 99 * SECOND);
    expect([trace.source.state, trace.positionUs]).toEqual(['ended', SECOND]);
    trace.take();
    trace.source.seek(-5);
    expect(trace.take()).toEqual(['seeking', 'reset', 0, 'settled', 'paused']);
    expect(trace.positionUs).toBe(0);
  });

  it('from the end leaves it paused, ready to be played', () => {
    const trace = new Trace(times);
    trace.source.start();
    trace.clock.advance(1000);
    expect(trace.source.state).toBe('ended');
    trace.source.seek(START + 900 * MS);
    expect(trace.source.state).toBe('paused');
    trace.source.play();
    trace.take();
    trace.clock.advance(100);
    expect(trace.take()).toEqual([10, 'ended']);
  });

  it('steps by events, forwards and backwards, and stays', () => {
    const trace = new Trace(times);
    trace.source.start();
    trace.take();
    trace.source.step({ events: 2 });
    expect(trace.take()).toEqual(['seeking', 1, 2, 'settled', 'paused']);
    expect(trace.positionUs).toBe(200 * MS);
    trace.source.step({ events: -1 });
    expect(trace.take()).toEqual(['seeking', 'reset', 0, 1, 'settled', 'paused']);
    expect(trace.positionUs).toBe(100 * MS);
    trace.source.step({});
    expect(trace.take()).toEqual(['seeking', 2, 'settled', 'paused']);
    trace.source.step({ events: -99 });
    expect(trace.take()).toEqual(['seeking', 'reset', 'settled', 'paused']);
    expect(trace.positionUs).toBe(0);
    trace.source.step({ events: 99 });
    expect(trace.source.state).toBe('ended');
  });

  it('steps between events of one instant', () => {
    const trace = new Trace([0, 0, 0, 100 * MS]);
    trace.source.step({ events: 1 });
    trace.source.step({ events: 1 });
    expect(trace.events).toEqual([0, 1]);
    trace.take();
    trace.source.play();
    expect(trace.take()).toEqual(['playing', 2]);
  });

  it('steps by recorded time', () => {
    const trace = new Trace(times);
    trace.source.step({ durationUs: 250 * MS });
    expect(trace.take()).toEqual(['seeking', 0, 1, 2, 'settled', 'paused']);
    trace.source.step({ durationUs: -100 * MS });
    expect(trace.take()).toEqual(['seeking', 'reset', 0, 1, 'settled', 'paused']);
    expect(trace.positionUs).toBe(150 * MS);
  });

  it('jumps on at once from a place in the middle of a hole', () => {
    const trace = new Trace([0, 3600 * SECOND, 3601 * SECOND]);
    trace.source.seek(START + 1800 * SECOND);
    trace.take();
    trace.source.play();
    expect(trace.take()).toEqual(['playing', `skip ${1800 * SECOND} ${3600 * SECOND}`, 1]);
  });
});
