import { describe, expect, it } from 'vitest';
import type { GoodbyeMessage } from '#protocol';
import { SessionRegistry } from '../../../../server/sessions/session-registry.ts';
import { MemorySocket, encoded } from '../../../support/memory-socket.ts';
import { openGate } from '../../../support/open-gate.ts';
import { soleTimeline } from '../../../support/sole-timeline.ts';
import { testTimeline } from '../../../support/test-timeline.ts';

function registryOf(connectionsMax: number) {
  const parts = testTimeline({ symbols: ['A'] });
  const registry = new SessionRegistry({
    clock: parts.clock,
    timelines: soleTimeline(parts.timeline, parts.clock),
    serverName: 'test',
    allowControl: true,
    connectionsMax,
    gate: openGate(parts.clock),
    unknownMax: 10,
    bitsPerSecondMax: 0,
    log: () => {},
  });
  const open = (hello = true) => {
    const socket = new MemorySocket();
    const session = registry.open(socket);
    if (hello) session.onFrame(encoded({ type: 'hello', version: 1, client: 'test' }));
    return { socket, session };
  };
  return { ...parts, registry, open };
}

const goodbye = (socket: MemorySocket): GoodbyeMessage | undefined =>
  socket.messages().find((message) => message.type === 'goodbye');

describe('SessionRegistry', () => {
  it('[SEC12] tells one connection too many to come back later, and forgets it', () => {
    const { registry, open } = registryOf(2);
    open();
    expect(registry.full).toBe(false);
    open();
    expect(registry.full).toBe(true);
    const third = open(false);
    expect(third.socket.closed?.code).toBe(4003);
    expect(goodbye(third.socket)).toMatchObject({ code: 4003, retryAfterMs: 2_000 });
    expect(registry.size).toBe(2);
  });

  it('has room again when somebody leaves, and gives every connection a name of its own', () => {
    const { registry, open } = registryOf(1);
    const { session } = open();
    session.onClosed();
    session.onClosed();
    expect([registry.size, registry.full]).toEqual([0, false]);
    expect(open().session.id).not.toBe(session.id);
  });

  it('[SEC5] [SEC15] closes who says nothing: without hello after 10 s, with one after 29 s', () => {
    const { clock, registry, open } = registryOf(9);
    const [greeted, mute] = [open(), open(false)];
    clock.advance(10_000);
    expect(mute.socket.closed).toBeNull();
    clock.advance(1_100);
    expect(mute.socket.closed?.code).toBe(4408);
    clock.advance(19_000);
    expect(greeted.socket.closed?.code).toBe(4002);
    expect(greeted.socket.isTerminated).toBe(true);
    expect(registry.size).toBe(0);
  });

  it('[CL1] says goodbye to all at shutdown, spreads their return, and lets nobody in any more', () => {
    const { registry, open } = registryOf(500);
    const peers = Array.from({ length: 100 }, () => open());
    registry.closeAll();
    const times = peers.map(({ socket }) => goodbye(socket)?.retryAfterMs);
    expect(peers.every(({ socket }) => socket.closed?.code === 4000)).toBe(true);
    expect(new Set(times).size).toBeGreaterThan(50);
    expect(times.every((ms) => ms !== undefined && ms >= 250 && ms <= 2_250)).toBe(true);
    expect([registry.size, registry.full]).toEqual([0, true]);
  });

  it('leaves no timer behind', async () => {
    const { clock, registry, timeline, open } = registryOf(9);
    const { session } = open();
    session.onFrame(encoded({ type: 'subscribe', subscription: 1, channel: 'quote', selectors: ['*'] }));
    registry.closeAll();
    registry.closeAll();
    await timeline.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
