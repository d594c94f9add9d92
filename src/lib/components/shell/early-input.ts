/** A click or key, and the symbol of the row that was clicked, if it was one. */
export type EarlyInput = readonly [event: MouseEvent | KeyboardEvent, symbol: string | undefined];

/** Does what was asked of the page before it ran: the last click, and the keys after it. Rows may lie elsewhere by now, or be gone. */
export function replayEarlyInput(inputs: readonly EarlyInput[]): void {
  for (const [event, symbol] of inputs) {
    if (event instanceof KeyboardEvent) {
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent(event.type, event));
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

function rowOf(symbol: string): Element | undefined {
  const symbols = document.querySelectorAll('[role=row]:not([hidden]) [data-live=symbol]');
  return [...symbols].find(({ textContent }) => textContent === symbol);
}
