import { expect, test, vi } from 'vitest';
import type { ControlledChart } from '../../../../../src/lib/charts/chart-controls.ts';
import { loadChartHands } from '../../../../../src/lib/charts/chart-hands-loader.ts';
import { ChartInput, type ChartCommands } from '../../../../../src/lib/charts/chart-input.ts';
import { isChartKey, lateChartInput } from '../../../../../src/lib/charts/late-chart-input.ts';

const chunk = vi.hoisted(() => ({ isOffline: false }));
vi.mock('../../../../../src/lib/charts/chart-hands-loader.ts', async (original) => {
  const { loadChartHands } =
    await original<typeof import('../../../../../src/lib/charts/chart-hands-loader.ts')>();
  return {
    loadChartHands: async () => {
      if (chunk.isOffline) throw new TypeError('Failed to fetch');
      return { ...(await loadChartHands()), ChartControls: CommandsThemselves };
    },
  };
});

/** In the place of the controls of a chart: what is asked for is what the test is handed. */
function CommandsThemselves(commands: ChartCommands): ChartCommands {
  return commands;
}

class FakeElement extends EventTarget {
  clientWidth = 600;
  getBoundingClientRect(): { left: number; top: number } {
    return { left: 0, top: 0 };
  }
}

function opened(): { element: HTMLElement; calls: unknown[][]; failures: number[]; close: () => void } {
  const calls: unknown[][] = [];
  const failures: number[] = [];
  const commands = new Proxy({} as ChartCommands, {
    get:
      (_, name) =>
      (...rest: unknown[]) => {
        if (name === 'partAt') return 'plot';
        calls.push([name, ...rest]);
        return undefined;
      },
  });
  const element = new FakeElement() as unknown as HTMLElement;
  const chart = commands as unknown as ControlledChart;
  return { element, calls, failures, close: lateChartInput(element, chart, () => failures.push(1)) };
}

function fire(element: HTMLElement, type: string, fields: object): Event {
  const event = Object.assign(new Event(type, { cancelable: true }), fields);
  element.dispatchEvent(event);
  return event;
}

const MOUSE = { pointerId: 1, pointerType: 'mouse', button: 0 };

test('a drag and a key that come before the code of gestures are done when it is here, in their order', async () => {
  const { element, calls, close } = opened();
  fire(element, 'pointerdown', { ...MOUSE, clientX: 100, clientY: 50 });
  fire(element, 'pointermove', { ...MOUSE, clientX: 140, clientY: 50 });
  fire(element, 'pointerup', { ...MOUSE, clientX: 140, clientY: 50 });
  const key = fire(element, 'keydown', { key: 'ArrowLeft' });
  expect([calls, key.defaultPrevented]).toEqual([[], true]);
  await vi.waitFor(() => expect(calls.map(([name]) => name)).toContain('readBy'));
  expect(calls[0]).toEqual(['panBy', 40, 0]);
  fire(element, 'keydown', { key: '0' });
  expect(calls.at(-1)).toEqual(['resetView']);
  close();
  const known = calls.length;
  fire(element, 'keydown', { key: '0' });
  expect(calls).toHaveLength(known);
});

test('with the code here already an event is done again only when it is over', async () => {
  await loadChartHands();
  const { element, calls } = opened();
  fire(element, 'pointermove', { ...MOUSE, clientX: 140, clientY: 50 });
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  expect(calls).toEqual([]);
  await vi.waitFor(() => expect(calls).toEqual([['pointAt', { x: 140, y: 50 }]]));
});

test('keys that a chart does nothing with are left to the page', () => {
  const { element } = opened();
  expect(fire(element, 'keydown', { key: 'b' }).defaultPrevented).toBe(false);
});

test('the keys that are kept are those that the chart uses', () => {
  const { element, calls } = { element: new FakeElement() as unknown as HTMLElement, calls: [] as string[] };
  const commands = new Proxy({} as ChartCommands, { get: (_, name) => () => void calls.push(String(name)) });
  const input = new ChartInput(element, commands);
  const keys = [...'abcdefghijklmnopqrstuvwxyzSEC0123456789+-=_., ', 'ArrowLeft', 'ArrowRight', 'ArrowUp'];
  for (const key of [...keys, 'Enter', 'Escape', 'Home', 'Tab']) {
    for (const held of [{}, { ctrlKey: true }, { metaKey: true }, { altKey: true }, { shiftKey: true }]) {
      const event = fire(element, 'keydown', { key, ...held });
      expect(isChartKey(event as KeyboardEvent), `${key} ${JSON.stringify(held)}`).toBe(
        event.defaultPrevented,
      );
    }
  }
  input.destroy();
});

test('a failure is told, and the next try loads it again', async () => {
  const { element, calls, failures } = opened();
  chunk.isOffline = true;
  fire(element, 'wheel', { deltaY: 100, deltaX: 0, deltaMode: 0, clientX: 10, clientY: 10 });
  await vi.waitFor(() => expect(failures).toHaveLength(1));
  chunk.isOffline = false;
  fire(element, 'keydown', { key: '0' });
  await vi.waitFor(() => expect(calls).toEqual([['resetView']]));
});
