import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChartInput, type ChartCommands } from '../../../../../src/lib/charts/chart-input.ts';

type Call = [name: string, ...rest: unknown[]];

/** Commands that write down what they are asked; the price axis begins at x = 500. */
function recorder(calls: Call[]): ChartCommands {
  const put =
    (name: string) =>
    (...rest: unknown[]): void =>
      void calls.push([name, ...rest]);
  return {
    partAt: (x) => (x > 500 ? 'price-axis' : 'plot'),
    panBy: put('pan'),
    zoomBy: put('zoom'),
    resetView: put('reset'),
    scalePriceBy: put('scale'),
    fitPrice: put('fit'),
    pointAt: put('point'),
    readBy: put('read'),
    panByViews: put('views'),
    speakSummary: put('summary'),
    act: put('act'),
  };
}

class FakeElement extends EventTarget {
  clientWidth = 600;
  getBoundingClientRect(): { left: number; top: number } {
    return { left: 10, top: 20 };
  }
}

describe('ChartInput', () => {
  let calls: Call[];
  let element: FakeElement;
  let input: ChartInput;

  function fire(type: string, fields: Record<string, unknown> = {}): Event {
    const event = new Event(type, { cancelable: true });
    Object.assign(event, { pointerId: 1, pointerType: 'mouse', button: 0, ...fields });
    element.dispatchEvent(event);
    return event;
  }
  /** A pointer event at a place of the element. */
  const at = (type: string, x: number, y: number, fields: Record<string, unknown> = {}): Event =>
    fire(type, { clientX: x + 10, clientY: y + 20, ...fields });
  const touch = (type: string, x: number, y: number, pointerId = 1): Event =>
    at(type, x, y, { pointerType: 'touch', pointerId });
  function tap(timeStamp: number): void {
    touch('pointerdown', 100, 50);
    const up = new Event('pointerup');
    Object.defineProperty(up, 'timeStamp', { value: timeStamp });
    Object.assign(up, { pointerId: 1, pointerType: 'touch', clientX: 110, clientY: 70 });
    element.dispatchEvent(up);
  }
  const named = (name: string): Call[] => calls.filter((call) => call[0] === name);

  beforeEach(() => {
    vi.useFakeTimers();
    calls = [];
    element = new FakeElement();
    input = new ChartInput(element as unknown as HTMLElement, recorder(calls));
  });
  afterEach(() => {
    input.destroy();
    vi.useRealTimers();
  });

  it('pans with a mouse that drags, and points with one that hovers', () => {
    at('pointermove', 100, 50);
    at('pointerdown', 100, 50);
    at('pointermove', 130, 55);
    at('pointerup', 130, 55);
    at('pointermove', 140, 60);
    expect(named('pan')).toEqual([['pan', 30, 5]]);
    expect(named('point')[0]).toEqual(['point', { x: 100, y: 50 }]);
    expect(named('point').at(-1)).toEqual(['point', { x: 140, y: 60 }]);
  });

  it('does not take a click for a drag', () => {
    at('pointerdown', 100, 50);
    at('pointermove', 101, 50);
    at('pointerup', 101, 50);
    expect(named('pan')).toEqual([]);
  });

  it('scales prices by dragging the price axis, and fits them by a double click there', () => {
    at('pointerdown', 550, 50);
    at('pointermove', 550, 210);
    expect(named('scale')).toEqual([['scale', Math.E]]);
    at('pointerup', 550, 210);
    at('dblclick', 550, 210);
    at('dblclick', 100, 210);
    expect(calls.slice(-2)).toEqual([['fit'], ['reset']]);
  });

  it('shows the crosshair after a long press of a finger, until it is lifted', () => {
    touch('pointerdown', 100, 50);
    vi.advanceTimersByTime(249);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(1);
    touch('pointermove', 160, 60);
    expect(fire('touchmove').defaultPrevented).toBe(true);
    touch('pointerup', 160, 60);
    expect(calls).toEqual([
      ['point', { x: 100, y: 50 }],
      ['point', { x: 160, y: 60 }],
      ['point', null],
    ]);
  });

  it('pans with a finger that moves at once, and leaves vertical scrolling to the page', () => {
    touch('pointerdown', 100, 50);
    touch('pointermove', 80, 50);
    vi.advanceTimersByTime(1000);
    touch('pointermove', 70, 50);
    expect(named('pan')).toEqual([
      ['pan', -20, 0],
      ['pan', -10, 0],
    ]);
    expect(named('point')).toEqual([]);
    expect(fire('touchmove').defaultPrevented).toBe(false);
  });

  it('zooms about the middle of two fingers', () => {
    touch('pointerdown', 100, 50, 1);
    touch('pointerdown', 200, 50, 2);
    touch('pointermove', 300, 50, 2);
    expect(named('pan')).toEqual([['pan', 50, 0]]);
    expect(named('zoom')).toEqual([['zoom', 2, 200]]);
    vi.advanceTimersByTime(1000);
    expect(named('point')).toEqual([]);
  });

  it('resets by a double tap, not by two slow ones', () => {
    tap(1000);
    tap(1600);
    expect(named('reset')).toEqual([]);
    tap(1800);
    expect(named('reset')).toEqual([['reset']]);
  });

  it('zooms by the wheel, pans by a sideways wheel, and zooms faster by a pinch on a trackpad', () => {
    const wheel = at('wheel', 100, 50, { deltaX: 0, deltaY: -100, deltaMode: 0 });
    expect(wheel.defaultPrevented).toBe(true);
    at('wheel', 100, 50, { deltaX: 40, deltaY: 3, deltaMode: 0 });
    at('wheel', 100, 50, { deltaX: 0, deltaY: -100, deltaMode: 0, ctrlKey: true });
    expect(named('zoom')).toEqual([
      ['zoom', Math.exp(0.18), 100],
      ['zoom', Math.exp(1), 100],
    ]);
    expect(named('pan')).toEqual([['pan', -40, 0]]);
  });

  it('reads by arrows, pans by Ctrl and arrows, and keeps these keys from the page', () => {
    for (const fields of [
      { key: 'ArrowLeft' },
      { key: 'ArrowRight', shiftKey: true },
      { key: 'ArrowLeft', ctrlKey: true },
      { key: '+' },
      { key: '0' },
      { key: 'Enter' },
    ]) {
      expect(fire('keydown', fields).defaultPrevented).toBe(true);
    }
    expect(calls).toEqual([
      ['read', -1],
      ['read', 10],
      ['views', -0.5],
      ['zoom', 1.25],
      ['reset'],
      ['summary'],
    ]);
    expect(fire('keydown', { key: 'b' }).defaultPrevented).toBe(false);
    expect(fire('keydown', { key: 'k', ctrlKey: true }).defaultPrevented).toBe(false);
  });

  it('hears nothing more once destroyed', () => {
    input.destroy();
    at('pointermove', 100, 50);
    fire('keydown', { key: '+' });
    expect(calls).toEqual([]);
  });
});
