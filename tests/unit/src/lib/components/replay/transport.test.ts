import { describe, expect, test } from 'vitest';
import { unixUs, type TimelineCommand, type TimelineState } from '#protocol';
import type { TimeRange } from '../../../../../../src/lib/components/replay/loop-marks.ts';
import { speedText } from '../../../../../../src/lib/components/replay/speed-text.ts';
import { nextSpeed, Transport } from '../../../../../../src/lib/components/replay/transport.ts';

const NOW_US = 50_000_000;

function setUp(state: TimelineState, speed = 1, span?: () => TimeRange) {
  const sent: TimelineCommand[] = [];
  const timeline = {
    mode: 'replay' as const,
    epoch: 'one',
    state,
    speed,
    recording: { name: 'r', firstTimeUs: unixUs(1_000_000), lastTimeUs: unixUs(90_000_000), events: 5 },
    density: [],
    skips: [],
    loop: null,
    room: '',
    tapeFromUs: 0,
    isTold: true,
    switches: 0,
    refusal: null,
    nowUs: () => NOW_US,
    liveNowUs: () => 0,
    onLiveTime: () => {},
  };
  const transport = new Transport(timeline, (command) => sent.push(command), span);
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

  test('plays from where it was moved to since it was over, whatever the server has told of that yet', () => {
    const { transport, sent } = setUp('ended');
    transport.seek(40_000_000);
    transport.play();
    expect(sent).toEqual([seek(40_000_000), { type: 'timeline', op: 'play' }]);
    transport.toEnd();
    transport.play();
    expect(sent.slice(2)).toEqual([seek(90_000_000), seek(1_000_000), { type: 'timeline', op: 'play' }]);
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

  test('steps move by events, seconds, or bars of the chart, and end what was playing', () => {
    const { transport, sent } = setUp('playing');
    transport.observe();
    expect(transport.wantsToPlay).toBe(true);
    transport.step(-2, 'second');
    transport.step(1, 'bar', '5m');
    expect(transport.wantsToPlay).toBe(false);
    expect(sent).toEqual([
      { type: 'timeline', op: 'step', durationUs: -2_000_000 },
      { type: 'timeline', op: 'step', bars: { count: 1, interval: '5m' } },
    ]);
  });

  test('a tape that has grown since it ended plays on from where it is', () => {
    const { transport, sent } = setUp('ended', 1, () => ({ fromUs: 1_000_000, toUs: 99_000_000 }));
    transport.play();
    expect(sent).toEqual([{ type: 'timeline', op: 'play' }]);
    transport.seek(95_000_000);
    expect(sent.at(-1)).toEqual(seek(95_000_000));
  });

  test('a loop is sent in whole microseconds, and ended without times', () => {
    const { transport, sent } = setUp('playing');
    transport.loop({ fromUs: 1.4, toUs: 9.6 });
    transport.loop(null);
    expect(sent).toEqual([
      { type: 'timeline', op: 'loop', fromTimeUs: 1, toTimeUs: 10 },
      { type: 'timeline', op: 'loop' },
    ]);
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
  expect(nextSpeed(1_000_000)).toBe(1_000_000);
  expect(speedText(1_000_000)).toBe('max');
  expect(speedText(0.25)).toBe('0.25×');
});
