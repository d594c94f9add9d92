import { tick } from 'svelte';

/** A click or key, and the symbol of the row that was clicked, if it was one. */
export type EarlyInput = readonly [event: MouseEvent | KeyboardEvent, symbol: string | undefined];

/** Does what was asked of the page before it ran: the last click, and the keys after it. Rows may lie elsewhere by now, or be gone. */
export async function replayEarlyInput(inputs: readonly EarlyInput[]): Promise<void> {
  for (const [event, symbol] of inputs) {
    // A field that the one before opened has the focus then.
    await tick();
    if (event instanceof KeyboardEvent) {
      press(event, document.activeElement ?? document.body);
      continue;
    }
    const row = symbol === undefined ? undefined : rowOf(symbol);
    const target = symbol === undefined ? (event.target as Element) : row;
    // Lists go by the place of a click.
    const clientY = row === undefined ? event.clientY : row.getBoundingClientRect().top + 1;
    const { bubbles, cancelable, clientX, detail } = event;
    target?.dispatchEvent(new MouseEvent('click', { bubbles, cancelable, clientX, clientY, detail }));
  }
}

function press(event: KeyboardEvent, target: Element): void {
  const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  // Keys that no person pressed write nothing.
  if (isText && target instanceof HTMLInputElement) {
    target.value += event.key;
    target.dispatchEvent(new InputEvent('input', { bubbles: true }));
  } else target.dispatchEvent(new KeyboardEvent(event.type, event));
}

function rowOf(symbol: string): Element | undefined {
  const symbols = document.querySelectorAll('[role=row]:not([hidden]) [data-live=symbol]');
  return [...symbols].find(({ textContent }) => textContent === symbol);
}
