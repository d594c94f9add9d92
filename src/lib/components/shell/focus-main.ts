/**
 * Puts the focus on the page itself: where the keys go on when what had it is gone. It can have it only as long as it has it, or a press
 * on bare ground would take it there too, and close the menus that it is pressed in.
 */
export function focusMain(): void {
  const main = document.querySelector('main');
  if (main === null) return;
  main.tabIndex = -1;
  main.addEventListener('blur', () => main.removeAttribute('tabindex'), { once: true });
  main.focus({ preventScroll: true });
}
