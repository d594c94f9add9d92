import { focusMain } from './focus-main.ts';

/** Attachment: shows a dialog over everything while it exists, and hands the focus back to where it was. */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  return () => {
    dialog.close();
    // What had the focus may be gone with the page that it was on.
    if (before instanceof HTMLElement && before.isConnected && before !== document.body)
      before.focus({ preventScroll: true });
    else focusMain();
  };
}
