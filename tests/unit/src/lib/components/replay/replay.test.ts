import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '#protocol';
import type { ReplayPlace } from '../../../../../../src/lib/components/replay/replay-link.ts';
import { FakeReplayMarket, TAPE_FROM_US } from './fake-replay.ts';

const op = (name: string, more: object = {}): object => ({ type: 'timeline', op: name, ...more });
const place = (more: Partial<ReplayPlace> = {}): ReplayPlace => ({
  recording: 'fomc',
  timeUs: 5,
  speed: 1,
  isPaused: false,
  loop: null,
  room: '',
  ...more,
});

describe('a drag from live', () => {
  test('opens the tape standing where it is dragged to, and what follows waits for the tape', () => {
    const market = new FakeReplayMarket();
    const { replay } = market;
    replay.scrub.begin();
    replay.scrub.to(market.ago(100));
    replay.scrub.to(market.ago(120));
    expect(market.take()).toEqual([
      op('open', { recording: 'tape', speed: 1, paused: true, timeUs: market.ago(100) }),
    ]);
    market.arrive('tape', market.ago(100));
    expect(market.take()).toEqual([op('seek', { timeUs: market.ago(120) })]);
    replay.scrub.end(market.ago(130));
    expect(market.take()).toEqual([op('seek', { timeUs: market.ago(130) }), op('play')]);
    replay.close();
  });

  test('let go before the tape is there plays from there once it is', () => {
    const market = new FakeReplayMarket();
    market.replay.scrub.begin();
    market.replay.scrub.to(market.ago(100));
    market.replay.scrub.end(market.ago(90));
    market.take();
    market.arrive('tape', market.ago(100));
    expect(market.take()).toEqual([op('seek', { timeUs: market.ago(90) }), op('play')]);
  });

  test('let go at the live edge is live again, with nothing left open', () => {
    const market = new FakeReplayMarket();
    market.replay.scrub.begin();
    market.replay.scrub.to(market.ago(100));
    market.arrive('tape', market.ago(100));
    market.take();
    market.replay.scrub.end(null);
    expect(market.take()).toEqual([op('leave')]);
    expect(market.replay.isOpen).toBe(true);
    market.goneLive();
    expect(market.replay.isOpen).toBe(false);
  });
});

describe('a drag within a replay', () => {
  test('stands while it lasts, and plays on only what played before', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place());
    market.arrive('fomc', market.ago(100), 'playing');
    market.take();
    market.replay.scrub.begin();
    market.be('paused');
    market.replay.scrub.to(market.ago(50));
    market.replay.scrub.end(market.ago(40));
    expect(market.take().map((request) => request.op)).toEqual(['pause', 'seek', 'seek', 'play']);
    market.be('paused');
    market.replay.scrub.begin();
    market.replay.scrub.end(market.ago(30));
    expect(market.take().map((request) => request.op)).toEqual(['seek']);
  });
});

describe('a drag to the end of a recording', () => {
  test('stays there, whether or not it was playing: it began again at the start', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place());
    market.arrive('fomc', market.ago(100), 'playing');
    market.replay.scrub.begin();
    market.be('paused');
    market.replay.scrub.to(market.ago(0));
    // It is held there for a moment, and the server says that this is the end.
    market.be('ended');
    market.take();
    market.replay.scrub.end(market.ago(0));
    expect(market.take()).toEqual([]);
    // And from there back it plays on.
    market.replay.scrub.begin();
    market.replay.scrub.to(market.ago(50));
    market.replay.scrub.end(market.ago(40));
    expect(market.take().map((request) => request.op)).toEqual(['seek', 'seek', 'play']);
  });
});

describe('a link', () => {
  test('opens a recording at its place, and its loop once it is there', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place({ timeUs: market.ago(9), speed: 4, loop: { fromUs: 1, toUs: 2 } }));
    expect(market.take()).toEqual([
      op('open', { recording: 'fomc', speed: 4, paused: false, timeUs: market.ago(9) }),
    ]);
    market.arrive('fomc', market.ago(9), 'playing', { speed: 4 });
    expect(market.take()).toEqual([op('loop', { fromTimeUs: 1, toTimeUs: 2 })]);
    expect(market.moves).toBe(1);
  });

  test('waits for the connection, and for what the server says of itself', () => {
    const market = new FakeReplayMarket();
    market.connection.phase = 'connecting';
    market.timeline.isTold = false;
    market.replay.open(place());
    market.connection.phase = 'live';
    market.replay.watch();
    expect(market.take()).toEqual([]);
    market.timeline.isTold = true;
    market.replay.watch();
    expect(market.take().map((request) => request.op)).toEqual(['open']);
  });

  test('to what the tape has let go says so, and is live', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place({ recording: 'tape', timeUs: TAPE_FROM_US - 60_000_000 }));
    market.take();
    market.arrive('tape', TAPE_FROM_US, 'playing');
    expect(market.take()).toEqual([op('leave')]);
    expect(market.said).toEqual([
      'The tape begins at @-600000000: @-660000000 is no longer held. This is live.',
    ]);
  });

  test('to what no server has, or where there is no tape, says so once', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place({ recording: 'gone' }));
    market.refuse(ERROR_CODES.unknownRecording.code, 'No recording has this name.');
    market.replay.watch();
    expect(market.said).toEqual(['“gone”: No recording has this name.']);
    expect(market.replay.visit.place).toBeNull();
    market.timeline.tapeFromUs = 0;
    market.replay.open(place({ recording: 'tape' }));
    expect(market.said.at(-1)).toBe('This server keeps no tape of the live market.');
  });

  test('with a time alone moves the one recording that a server plays for everybody', () => {
    const market = new FakeReplayMarket();
    market.timeline.mode = 'replay';
    market.be('playing');
    market.replay.open(place({ recording: 'tape', timeUs: market.ago(60), speed: 4 }));
    expect(market.take()).toEqual([op('speed', { speed: 4 }), op('seek', { timeUs: market.ago(60) })]);
    expect(market.replay.visit.place).toBeNull();
  });

  test('to another time of what is watched already moves there', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place());
    market.arrive('fomc', market.ago(100));
    market.take();
    market.replay.open(place({ timeUs: market.ago(60) }));
    expect(market.take()).toEqual([op('seek', { timeUs: market.ago(60) }), op('play')]);
  });

  test('to where nothing was looped ends the loop, and one to where it stood stands', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place());
    market.arrive('fomc', market.ago(100), 'playing');
    market.timeline.loop = { fromTimeUs: market.ago(80) as never, toTimeUs: market.ago(70) as never };
    market.replay.watch();
    market.take();
    market.replay.open(place({ timeUs: market.ago(60), isPaused: true }));
    expect(market.take()).toEqual([op('loop'), op('pause'), op('seek', { timeUs: market.ago(60) })]);
    expect(market.replay.loop.range).toBeNull();
  });

  test('to a room that is watched already leaves it as it is', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place({ room: 'us' }));
    market.arrive('fomc', market.ago(100), 'paused', {
      room: 'us',
      loop: { fromTimeUs: market.ago(80) as never, toTimeUs: market.ago(70) as never },
    });
    market.take();
    market.replay.open(place({ room: 'us', timeUs: null }));
    expect(market.take()).toEqual([]);
  });
});

describe('the tape', () => {
  function watched() {
    const market = new FakeReplayMarket();
    market.replay.goTo(market.ago(60));
    market.arrive('tape', market.ago(60), 'playing');
    market.take();
    return market;
  }

  test('that has caught up while it played is live again', () => {
    const market = watched();
    market.be('ended');
    expect(market.take()).toEqual([op('leave')]);
    expect(market.said).toEqual(['The replay has caught up: this is live.']);
  });

  test('that was stepped to its end stays there', () => {
    const market = watched();
    market.replay.step(1, 'bar');
    market.be('ended');
    expect(market.take()).toEqual([op('step', { bars: { count: 1, interval: '5m' } })]);
  });

  test('can be gone to up to now, however much it held when it was opened', () => {
    const market = watched();
    market.timeline.recording = { ...market.timeline.recording!, lastTimeUs: market.ago(500) as never };
    market.replay.goTo(market.ago(1));
    expect(market.take()).toEqual([op('seek', { timeUs: market.ago(1) })]);
  });

  test('keeps five minutes around the playhead, or the loop', () => {
    const market = watched();
    expect(market.replay.keepRange).toEqual({ fromUs: market.ago(300), toUs: market.ago(0) });
    market.replay.loop.setIn();
    market.nowUs = market.ago(50);
    market.replay.loop.setOut();
    expect(market.replay.keepRange).toEqual({ fromUs: market.ago(60), toUs: market.ago(50) });
  });

  test('is found again when the connection opens it anew, and given up when it cannot be', () => {
    const market = watched();
    market.timeline.mode = 'live';
    market.be('live');
    expect(market.replay.visit.isOpening).toBe(true);
    market.refuse(ERROR_CODES.tooManyReplays.code, 'Too many.');
    expect(market.replay.isOpen).toBe(false);
    expect(market.said).toEqual(['Too many.']);
  });

  test('is looped and in event mode as before once a server that was started anew plays it again', () => {
    const market = watched();
    const loop = { fromTimeUs: market.ago(80) as never, toTimeUs: market.ago(50) as never };
    market.timeline.loop = loop;
    market.replay.setEventMode(true);
    market.be('playing');
    market.timeline.mode = 'live';
    market.timeline.loop = null;
    market.be('live');
    market.take();
    market.arrive('tape', market.ago(60), 'playing');
    expect(market.take()).toEqual([op('loop', loop), op('idle', { skipIdleUs: 1_000_000 })]);
    expect(market.replay.isEventMode).toBe(true);
  });
});

describe('loops, marks and rooms', () => {
  test('a loop that runs follows its marks; one that was set by another is taken over', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place());
    market.arrive('fomc', market.ago(100), 'playing');
    market.take();
    market.replay.loop.setIn();
    market.nowUs = market.ago(90);
    market.replay.loop.setOut();
    market.replay.loop.toggle();
    expect(market.take()).toEqual([op('loop', { fromTimeUs: market.ago(100), toTimeUs: market.ago(90) })]);
    market.timeline.loop = { fromTimeUs: market.ago(80) as never, toTimeUs: market.ago(70) as never };
    market.replay.watch();
    expect(market.replay.loop.range).toEqual({ fromUs: market.ago(80), toUs: market.ago(70) });
    market.replay.loop.drag({ fromUs: market.ago(85), toUs: market.ago(70) });
    expect(market.take()).toEqual([]);
    market.replay.loop.drop();
    expect(market.take()).toEqual([op('loop', { fromTimeUs: market.ago(85), toTimeUs: market.ago(70) })]);
    market.replay.loop.toggle();
    expect(market.take()).toEqual([op('loop')]);
  });

  test('event mode jumps over silence of a second, and lasts until another timeline', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place());
    market.arrive('fomc', market.ago(100), 'playing');
    market.take();
    market.replay.setEventMode(true);
    market.replay.setEventMode(false);
    expect(market.take()).toEqual([
      op('idle', { skipIdleUs: 1_000_000 }),
      op('idle', { skipIdleUs: 60_000_000 }),
    ]);
    market.replay.setEventMode(true);
    market.goneLive();
    expect(market.replay.isEventMode).toBe(false);
  });

  test('sharing opens the same place as a room, once', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place());
    market.arrive('fomc', market.ago(100), 'playing');
    market.take();
    const room = market.replay.share();
    expect(room).toMatch(/^[0-9a-z]{8}$/);
    expect(market.take()).toEqual([
      op('open', { recording: 'fomc', speed: 1, paused: false, timeUs: market.ago(100), room }),
    ]);
    market.arrive('fomc', market.ago(100), 'playing', { room });
    expect(market.replay.share()).toBe(room);
    expect(market.replay.place).toEqual(place({ timeUs: market.ago(100), room }));
  });

  test('nothing is sent to a live market that it would refuse', () => {
    const market = new FakeReplayMarket();
    const { replay } = market;
    replay.transport.play();
    replay.step(1);
    replay.loop.setIn();
    replay.goLive();
    expect(market.take()).toEqual([]);
  });

  test('bookmarks are kept by the recording, and said', () => {
    const market = new FakeReplayMarket();
    market.replay.open(place());
    market.arrive('fomc', market.ago(100));
    market.replay.bookmark();
    market.replay.bookmark();
    expect(market.replay.marks).toEqual([{ timeUs: market.ago(100), label: '' }]);
    expect(market.said).toHaveLength(2);
    market.goneLive();
  });

  test('a bookmark of a paused live view is of what it shows', () => {
    const market = new FakeReplayMarket();
    market.heldUs = 41_000_000;
    market.replay.bookmark();
    expect(market.replay.marks).toEqual([{ timeUs: market.ago(41), label: '' }]);
  });
});
