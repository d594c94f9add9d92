import { describe, expect, test } from 'vitest';
import { FrameScheduler, type FrameHost } from '../../../../../src/lib/scheduler/frame-scheduler.ts';

const FRAME_MS = 1000 / 60;

/** A browser whose frames come when the test says so. */
class ManualFrames implements FrameHost {
  nowMs = 1000;
  hidden = false;
  readonly errors: unknown[] = [];
  readonly #pending = new Map<number, (nowMs: number) => void>();
  #next = 1;
  #onVisibility = () => {};

  requestFrame(run: (nowMs: number) => void): number {
    this.#pending.set(this.#next, run);
    return this.#next++;
  }

  cancelFrame(handle: number): void {
    this.#pending.delete(handle);
  }

  isHidden(): boolean {
    return this.hidden;
  }

  onVisibility(run: () => void): () => void {
    this.#onVisibility = run;
    return () => {
      this.#onVisibility = () => {};
    };
  }

  report(error: unknown): void {
    this.errors.push(error);
  }

  get pending(): number {
    return this.#pending.size;
  }

  setHidden(hidden: boolean): void {
    this.hidden = hidden;
    this.#onVisibility();
  }

  frames(count: number): void {
    for (let frame = 0; frame < count; frame += 1) {
      this.nowMs += FRAME_MS;
      const runs = [...this.#pending.values()];
      this.#pending.clear();
      for (const run of runs) run(this.nowMs);
    }
  }
}

function setUp() {
  const host = new ManualFrames();
  return { host, scheduler: new FrameScheduler(host) };
}

describe('the frame loop', () => {
  test('paints each panel at its own cadence from one loop', () => {
    const { host, scheduler } = setUp();
    const paints = { ten: 0, one: 0, every: 0 };
    scheduler.add(10, () => (paints.ten += 1));
    scheduler.add(1, () => (paints.one += 1));
    scheduler.add(Infinity, () => (paints.every += 1));
    expect(host.pending).toBe(1);
    host.frames(180);
    expect(paints.every).toBe(180);
    expect(paints.ten).toBeGreaterThanOrEqual(30);
    expect(paints.ten).toBeLessThanOrEqual(31);
    expect(paints.one).toBe(3);
  });

  test('a request paints on the next frame, whatever the cadence', () => {
    const { host, scheduler } = setUp();
    let paints = 0;
    const panel = scheduler.add(0.5, () => (paints += 1));
    host.frames(2);
    expect(paints).toBe(1);
    panel.request();
    host.frames(1);
    expect(paints).toBe(2);
  });

  test('a new cadence counts from now', () => {
    const { host, scheduler } = setUp();
    let paints = 0;
    const panel = scheduler.add(1, () => (paints += 1));
    host.frames(1);
    panel.setCadence(20);
    host.frames(60);
    expect(paints).toBeGreaterThanOrEqual(20);
    expect(paints).toBeLessThanOrEqual(22);
  });

  test('a stall is not made up for by a burst of paints', () => {
    const { host, scheduler } = setUp();
    let paints = 0;
    scheduler.add(10, () => (paints += 1));
    host.frames(1);
    host.nowMs += 60_000;
    host.frames(6);
    expect(paints).toBeLessThanOrEqual(3);
  });

  test('a panel that throws is reported and stops no other one', () => {
    const { host, scheduler } = setUp();
    let paints = 0;
    scheduler.add(Infinity, () => {
      throw new Error('broken panel');
    });
    scheduler.add(Infinity, () => (paints += 1));
    host.frames(3);
    expect(paints).toBe(3);
    expect(host.errors).toHaveLength(3);
  });

  test('a hidden page has no frame pending, and a shown one paints again', () => {
    const { host, scheduler } = setUp();
    let paints = 0;
    scheduler.add(Infinity, () => (paints += 1));
    host.frames(1);
    host.setHidden(true);
    expect(host.pending).toBe(0);
    scheduler.add(10, () => {});
    expect(host.pending).toBe(0);
    host.setHidden(false);
    host.frames(1);
    expect(paints).toBe(2);
  });

  test('the loop ends with its last panel', () => {
    const { host, scheduler } = setUp();
    const panel = scheduler.add(10, () => {});
    expect(host.pending).toBe(1);
    panel.close();
    expect(host.pending).toBe(0);
  });

  test('frames a second are those of the last second', () => {
    const { host, scheduler } = setUp();
    scheduler.add(10, () => {});
    expect(scheduler.framesPerSecond).toBe(0);
    host.frames(130);
    expect(scheduler.framesPerSecond).toBe(60);
    host.setHidden(true);
    expect(scheduler.framesPerSecond).toBe(0);
  });

  test('paints all that is shown at once when asked to, and not what is spoken', () => {
    const { host, scheduler } = setUp();
    const painted: string[] = [];
    scheduler.add(1, () => painted.push('sparklines'));
    scheduler.add(0.5, () => painted.push('order'));
    scheduler.add(0.2, () => painted.push('speech'));
    host.frames(2);
    expect(painted.splice(0)).toEqual(['sparklines', 'order', 'speech']);
    host.frames(3);
    expect(painted).toEqual([]);
    scheduler.requestAll();
    host.frames(2);
    expect(painted).toEqual(['sparklines', 'order']);
  });
});
