/** Whether a key belongs to what has the focus: text fields take all, buttons take Space when they were reached by key. */
export function belongsElsewhere({ target, key }: KeyboardEvent, byPointer: boolean): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, [contenteditable]') !== null) return true;
  return key === ' ' && !byPointer && target.closest('button, a') !== null;
}

export const isLetter = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  /^\p{L}$/u.test(key) && !ctrlKey && !metaKey && !altKey;

/**
 * Whether the page may do something with a key that the browser would do something else with: asked before it is here what the keys do.
 * Of signs that are typed the browser has a search, of Space its scrolling, of Ctrl K its own field.
 */
export function mayBeOfPage(event: KeyboardEvent, byPointer: boolean): boolean {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey) return !altKey && key.toLowerCase() === 'k';
  return key.length === 1 && !altKey && !belongsElsewhere(event, byPointer);
}
