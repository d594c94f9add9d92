import { describe, expect, test } from 'vitest';
import { unixUs, type TimelineCommand, type TimelineState } from '#protocol';
import { nextSpeed, speedText, Transport } from '../../../../../../src/lib/components/replay/transport.ts';

const NOW_US = 50_000_000;

function setUp(state: TimelineState, speed = 1) {
  const sent: TimelineCommand[] = [];
  const timeline = {
    mode: 'replay' as const,
    state,
    speed,
    recording: { name: 'r', firstTimeUs: unixUs(1_000_000), lastTimeUs: unixUs(90_000_000), events: 5 },
    density: [],
    skips: [],
    loop: null,
    room: '',
    tapeFromUs: 0,
    nowUs: () => NOW_US,
  };
  const transport = new Transport(timeline, (command) => sent.push(command));
  return { transport, sent };
}

const seek = (timeUs: number) => ({ type: 'timeline', op: 'seek', timeUs });

describe('the transport', () => {
  test('plays what is paused and pauses what plays', () => {
    const paused = setUp('paused');
    paused.transport.playOrPause();
    expect(paused.sent).toEqual([{ type: 'timeline', op: 'play' }]);
    const playing = setUp('playing');
    playing.transport.playOrPause();
    expect(playing.sent).toEqual([{ type: 'timeline', op: 'pause' }]);
  });

  test('plays from the start when the recording is over', () => {
    const { transport, sent } = setUp('ended');
    transport.play();
    expect(sent).toEqual([seek(1_000_000), { type: 'timeline', op: 'play' }]);
  });

  test('a step forward is one event', () => {
    const { transport, sent } = setUp('paused');
    transport.stepForward();
    expect(sent).toEqual([{ type: 'timeline', op: 'step', events: 1 }]);
  });

  test('a step back is one event, also while it plays', () => {
    const { transport, sent } = setUp('playing');
    transport.stepBack();
    expect(sent).toEqual([{ type: 'timeline', op: 'step', events: -1 }]);
  });

  test('back is ten seconds, times the speed, and never before the start', () => {
    const { transport, sent } = setUp('playing', 2);
    transport.back();
    expect(sent).toEqual([seek(NOW_US - 20_000_000)]);
    const fast = setUp('playing', 300);
    fast.transport.back();
    expect(fast.sent).toEqual([seek(1_000_000)]);
  });

  test('a time beyond the recording is its end', () => {
    const { transport, sent } = setUp('paused');
    transport.seek(1e15);
    expect(sent).toEqual([seek(90_000_000)]);
  });

  test('faster plays first, then takes the next speed of the menu', () => {
    const paused = setUp('paused');
    paused.transport.faster();
    expect(paused.sent).toEqual([{ type: 'timeline', op: 'play' }]);
    const playing = setUp('playing', 16);
    playing.transport.faster();
    expect(playing.sent).toEqual([{ type: 'timeline', op: 'speed', speed: 60 }]);
  });
});

test('the last speed has none after it', () => {
  expect(nextSpeed(0.5)).toBe(1);
  expect(nextSpeed(3)).toBe(4);
  expect(nextSpeed(300)).toBe(300);
  expect(speedText(0.25)).toBe('0.25×');
});
