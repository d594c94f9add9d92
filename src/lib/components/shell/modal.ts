import { focusMain } from './focus-main.ts';

/**
 * Attachment: shows a dialog over everything while it exists, and hands the focus back to where it was. Back and forward end it as
 * Escape does: what they lead to is another view than the one that it was opened over.
 */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  const cancel = (): boolean => dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
  window.addEventListener('popstate', cancel);
  return () => {
    window.removeEventListener('popstate', cancel);
    dialog.close();
    // What had the focus may be gone with the page that it was on, and the page itself takes it only from `focusMain`.
    const back = before instanceof HTMLElement && before !== document.body ? before : null;
    back?.focus({ preventScroll: true });
    if (back === null || document.activeElement !== back) focusMain();
  };
}
