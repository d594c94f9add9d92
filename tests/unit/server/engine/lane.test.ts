import { describe, expect, it } from 'vitest';
import { asOf, unixUs } from '#protocol';
import { Engine } from '../../../../server/engine/engine.ts';
import { FrameBuffer } from '../../../../server/engine/frame-buffer.ts';
import { Lane, type LanePeer, type Tick } from '../../../../server/engine/lane.ts';
import { laneEncoder } from '../../../../server/engine/lane-encoder.ts';
import { instrument, quote } from '../../../support/test-timeline.ts';

const T = 1_700_000_000_000_000;
const INSTRUMENTS = 500;

function quoteLane(): { engine: Engine; lane: Lane; tick: (serial: number) => Tick } {
  const engine = new Engine(unixUs(T));
  for (let index = 0; index < INSTRUMENTS; index += 1) engine.define(instrument(`S${index}`));
  const lane = new Lane('quote', 10, laneEncoder(engine, 'quote'), engine.counters, asOf(0));
  lane.reserve(INSTRUMENTS);
  const scratch = new FrameBuffer();
  const tick = (serial: number): Tick => ({
    serial,
    asOf: asOf(serial * 100),
    generation: 1,
    scratch,
    timeOf: () => unixUs(T),
  });
  return { engine, lane, tick };
}

function peer(): LanePeer & { isReady: boolean; frames: Uint8Array[] } {
  const frames: Uint8Array[] = [];
  return {
    isReady: true,
    frames,
    ready() {
      return this.isReady;
    },
    sendData: (frame) => frames.push(frame),
    tellLost() {},
  };
}

const ids = Array.from({ length: INSTRUMENTS }, (_, id) => id);

function change({ engine, lane }: ReturnType<typeof quoteLane>, value: number): void {
  for (const id of ids) {
    engine.onEvent(quote(id, T, 1_000_000 + value, value, 1_000_001 + value, value));
    lane.touch(id, 60);
  }
}

describe('Lane', () => {
  it('notes nothing of instruments that nobody is served', () => {
    const parts = quoteLane();
    change(parts, 1);
    const late = peer();
    parts.lane.join(late, { asOf: asOf(0) }, ids, new Map());
    parts.lane.flush(parts.tick(1));
    expect(late.frames).toEqual([]);
  });

  it('needs the memory of one frame, however many viewers have to be caught up', () => {
    const parts = quoteLane();
    const peers = Array.from({ length: 300 }, peer);
    for (const one of peers) parts.lane.join(one, { asOf: asOf(0) }, ids, new Map());
    for (const one of peers) one.isReady = false;
    change(parts, 5);
    parts.lane.flush(parts.tick(1));
    for (const one of peers) one.isReady = true;
    const tick = parts.tick(2);
    parts.lane.serveLate(tick);
    expect(peers.every((one) => one.frames.length === 1)).toBe(true);
    expect(tick.scratch.bytes.length).toBeLessThanOrEqual(2 * 65_536);
  });

  it('does not serve a viewer twice in the tick in which it was caught up', () => {
    const parts = quoteLane();
    const [one, other] = [peer(), peer()];
    for (const each of [one, other]) parts.lane.join(each, { asOf: asOf(0) }, ids, new Map());
    one.isReady = false;
    change(parts, 5);
    parts.lane.flush(parts.tick(1));
    one.isReady = true;
    change(parts, 6);
    const tick = parts.tick(2);
    parts.lane.serveLate(tick);
    parts.lane.flush(tick);
    expect([one.frames.length, other.frames.length]).toEqual([1, 2]);
  });

  it('hands what is unsent to whoever serves the viewer next, and forgets the viewer', () => {
    const parts = quoteLane();
    const one = peer();
    const member = parts.lane.join(one, { asOf: asOf(0) }, [3, 7], new Map([[7, 1]]));
    parts.lane.touch(3, 4);
    parts.lane.touch(7, 8);
    expect([...parts.lane.leave(member)].sort(([a], [b]) => a - b)).toEqual([
      [3, 4],
      [7, 9],
    ]);
    expect(parts.lane.size).toBe(0);
    parts.lane.flush(parts.tick(1));
    expect(one.frames).toEqual([]);
  });
});
