import { describe, expect, it } from 'vitest';
import { asOf, unixUs } from '#protocol';
import { Arena } from '../../../../server/engine/arena.ts';
import { DictionaryTeller } from '../../../../server/engine/dictionary-teller.ts';
import { Engine } from '../../../../server/engine/engine.ts';
import { Lane } from '../../../../server/engine/lane.ts';
import type { LaneHost, Tick } from '../../../../server/engine/lane-member.ts';
import { laneEncoder } from '../../../../server/engine/lane-encoder.ts';
import type { Debt } from '../../../../server/engine/owed.ts';
import { OwedServer } from '../../../../server/engine/owed-server.ts';
import { Subscriber, type HubPeer } from '../../../../server/engine/subscriber.ts';
import { instrument, quote } from '../../../support/test-timeline.ts';

const T = 1_700_000_000_000_000;
const INSTRUMENTS = 500;
const ALL = Number.POSITIVE_INFINITY;

interface Parts {
  readonly engine: Engine;
  readonly lane: Lane;
  readonly arena: Arena;
  tick(serial: number): Tick;
}

function quoteLane(): Parts {
  const engine = new Engine(unixUs(T));
  for (let index = 0; index < INSTRUMENTS; index += 1) engine.define(instrument(`S${index}`));
  engine.dictionary.seal();
  const { counters, dictionary } = engine;
  const arena = new Arena();
  const teller = new DictionaryTeller(dictionary);
  const parts = { arena, counters, dictionary, timeOf: () => unixUs(T), teller };
  const host: LaneHost = { ...parts, owedServer: new OwedServer(parts) };
  const lane = new Lane('quote', 10, laneEncoder(engine, 'quote'), host, asOf(0));
  lane.reserve(INSTRUMENTS);
  return { engine, lane, arena, tick: (serial) => ({ serial, asOf: asOf(serial * 100), generation: 1 }) };
}

interface Viewer {
  readonly subscriber: Subscriber;
  room: number;
  /** The data of each frame, copied. */
  readonly frames: Uint8Array[];
}

function viewer(): Viewer {
  const frames: Uint8Array[] = [];
  const peer: HubPeer = {
    controlBytes: 0,
    room: () => made.room,
    roomAtMost: () => made.room,
    sendData: (frame) => frames.push(new Uint8Array(frame.bytes.subarray(frame.payloadAt))),
    tellLost: () => undefined,
    tellInstruments: () => undefined,
  };
  const made: Viewer = { subscriber: new Subscriber(peer, asOf(0)), room: ALL, frames };
  // It was told of all instruments.
  made.subscriber.generation = 1;
  return made;
}

const ids = Array.from({ length: INSTRUMENTS }, (_, id) => id);
const nothing = new Map<number, Debt>();

function change({ engine, lane }: Parts, value: number): void {
  for (const id of ids) {
    engine.onEvent(quote(id, T, 1_000_000 + value, value, 1_000_001 + value, value));
    lane.touch(id, 60);
  }
}

function serve({ lane }: Parts, tick: Tick): void {
  lane.begin(tick);
  lane.proceed(ALL);
}

describe('Lane', () => {
  it('notes nothing of instruments that nobody is served', () => {
    const parts = quoteLane();
    change(parts, 1);
    const late = viewer();
    parts.lane.join(late.subscriber, ids, nothing, 0);
    serve(parts, parts.tick(1));
    expect(late.frames).toEqual([]);
  });

  it('needs the memory of one frame, however many viewers have to be caught up', () => {
    const parts = quoteLane();
    const viewers = Array.from({ length: 300 }, viewer);
    for (const one of viewers) parts.lane.join(one.subscriber, ids, nothing, 0);
    const before = parts.arena.bytes;
    for (const one of viewers) one.room = 0;
    change(parts, 5);
    serve(parts, parts.tick(1));
    for (const one of viewers) one.room = ALL;
    parts.lane.serveLate(parts.tick(2));
    expect(viewers.every((one) => one.frames.length === 1)).toBe(true);
    expect(parts.arena.bytes).toBe(before);
  });

  it('serves a viewer once a period, also when it was caught up in between', () => {
    const parts = quoteLane();
    const [one, other] = [viewer(), viewer()];
    for (const each of [one, other]) parts.lane.join(each.subscriber, ids, nothing, 0);
    one.room = 0;
    change(parts, 5);
    serve(parts, parts.tick(1));
    one.room = ALL;
    change(parts, 6);
    parts.lane.serveLate(parts.tick(2));
    parts.lane.serveLate(parts.tick(3));
    expect(one.frames).toHaveLength(1);
    serve(parts, parts.tick(4));
    expect([one.frames.length, other.frames.length]).toEqual([2, 2]);
  });

  it('hands what is unsent to whoever serves the viewer next, and forgets the viewer', () => {
    const parts = quoteLane();
    const one = viewer();
    const member = parts.lane.join(one.subscriber, [3, 7], new Map([[7, { mark: 1, since: 5 }]]), 0);
    parts.lane.touch(3, 4);
    parts.lane.touch(7, 8);
    const unsent = new Map<number, Debt>();
    parts.lane.leave(member, unsent);
    expect([...unsent].sort(([a], [b]) => a - b)).toEqual([
      [3, { mark: 4, since: 1 }],
      [7, { mark: 9, since: 1 }],
    ]);
    expect(parts.lane.size).toBe(0);
    serve(parts, parts.tick(1));
    expect(one.frames).toEqual([]);
  });

  it('serves its viewers some at a time, all of them with what was so when the tick began', () => {
    const parts = quoteLane();
    const viewers = Array.from({ length: 10 }, viewer);
    for (const one of viewers) parts.lane.join(one.subscriber, ids, nothing, 0);
    change(parts, 5);
    parts.lane.begin(parts.tick(1));
    expect(parts.lane.proceed(4)).toBe(0);
    expect(viewers.map(({ frames }) => frames.length)).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    change(parts, 6);
    // Somebody else's frames are put together in between.
    for (let count = 0; count < 2_000; count += 1) parts.arena.take(1_000).bytes.fill(255);
    expect(parts.lane.proceed(100)).toBeGreaterThan(0);
    expect(new Set(viewers.map(({ frames }) => Buffer.from(frames[0]!).toString('hex'))).size).toBe(1);
    serve(parts, parts.tick(2));
    expect(viewers.every(({ frames }) => frames.length === 2)).toBe(true);
  });

  it('owes whoever leaves in the midst of a tick what that tick had for it', () => {
    const parts = quoteLane();
    const [first, second] = [viewer(), viewer()];
    const members = [first, second].map(({ subscriber }) => parts.lane.join(subscriber, [3], nothing, 0));
    parts.lane.touch(3, 4);
    parts.lane.begin(parts.tick(1));
    parts.lane.proceed(1);
    const unsent = new Map<number, Debt>();
    parts.lane.leave(members[1]!, unsent);
    expect([...unsent]).toEqual([[3, { mark: 4, since: 1 }]]);
    parts.lane.proceed(ALL);
    expect([first.frames.length, second.frames.length]).toEqual([1, 0]);
  });
});

describe('a viewer that takes nothing for long', () => {
  it('is owed no change one by one, and is sent the newest of what changed when it can take it', () => {
    const parts = quoteLane();
    const stuck = viewer();
    const member = parts.lane.join(stuck.subscriber, ids, nothing, 0);
    stuck.room = 0;
    for (let tick = 1; tick <= 20; tick += 1) {
      change(parts, tick);
      parts.engine.versions.seal(unixUs(T + tick * 100_000));
      serve(parts, parts.tick(tick));
    }
    const reader = viewer();
    parts.lane.join(reader.subscriber, ids, nothing, 20);
    expect(member.missed).not.toBeNull();
    expect(stuck.subscriber.ticksSkipped).toBe(20);
    parts.engine.onEvent(quote(7, T, 2_000_000, 1, 2_000_001, 1));
    parts.lane.touch(7, 60);
    stuck.room = ALL;
    serve(parts, parts.tick(21));
    expect(member.owed).toBeNull();
    expect(member.missed).toBeNull();
    // 500 instruments in one frame; each of the 20 ticks had all of them, and the last one instrument more.
    expect(stuck.frames).toHaveLength(1);
    expect(stuck.subscriber.updates).toBe(INSTRUMENTS);
    expect(stuck.subscriber.updatesConflated).toBe(19 * INSTRUMENTS + 1);
    expect(reader.subscriber.updates).toBe(1);
  });
});
