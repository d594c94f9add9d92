import type { ControlledChart } from './chart-controls.ts';
import { loadChartHands } from './chart-hands-loader.ts';
import type { ChartInput } from './chart-input.ts';

/** What is done with a pointer: understood, or at least kept, in its order. */
const POINTER_EVENTS = [
  'pointerdown',
  'pointermove',
  'pointerup',
  'pointercancel',
  'pointerleave',
  'dblclick',
] as const;
const CONTROL_KEYS: ReadonlySet<string> = new Set(['ArrowLeft', 'ArrowRight']);
const KEYS: ReadonlySet<string> = new Set([...CONTROL_KEYS, ...'secSEC+=-_0', 'Enter', 'Escape']);

/** Whether a chart does something with a key: what it does comes later, and nobody else may take it. */
export function isChartKey({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return !altKey && (ctrlKey || metaKey ? CONTROL_KEYS : KEYS).has(key);
}

/**
 * Stands for a chart's input until somebody reaches for the chart, which loads it. What is done meanwhile is done again when it is here.
 * @param onFailure the code could not be loaded: what was done is lost, and the next try loads it again
 * @returns the undo
 */
export function lateChartInput(
  element: HTMLElement,
  chart: ControlledChart,
  onFailure: () => void,
): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  let early: Event[] = [];
  let input: ChartInput | null = null;
  let isClosed = false;
  let isLoading = false;

  async function load(): Promise<void> {
    if (isLoading) return;
    isLoading = true;
    const hands = await loadChartHands().catch(() => null);
    // What another chart has loaded is here before the event is over, and an event under way cannot be sent again.
    await new Promise((resolve) => setTimeout(resolve));
    isLoading = false;
    const done = early;
    early = [];
    if (isClosed) return;
    if (hands === null) return onFailure();
    abort.abort();
    input = new hands.ChartInput(element, new hands.ChartControls(chart));
    for (const event of done) element.dispatchEvent(event);
  }

  const keep = (event: Event): void => {
    early.push(event);
    void load();
  };
  for (const type of POINTER_EVENTS) element.addEventListener(type, keep, { signal });
  element.addEventListener('focus', () => void load(), { signal });
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      keep(event);
    },
    { signal, passive: false },
  );
  element.addEventListener(
    'keydown',
    (event) => {
      if (!isChartKey(event)) return;
      event.preventDefault();
      event.stopPropagation();
      keep(event);
    },
    { signal },
  );
  return () => {
    isClosed = true;
    abort.abort();
    input?.destroy();
  };
}
