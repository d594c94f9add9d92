import {
  createRawSnippet,
  getAllContexts,
  hydrate,
  mount,
  unmount,
  type Component,
  type Snippet,
} from 'svelte';

/** While the server is replaced by another nothing can be had: it is asked for again after this, ms. */
const RETRY_MS = 5_000;

/** Loads something once, and tries again until it is here. */
export function insist<Loaded>(load: () => Promise<Loaded>): () => Promise<Loaded> {
  let loading: Promise<Loaded> | undefined;
  const tryOn = async (): Promise<Loaded> => {
    for (;;) {
      try {
        return await load();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };
  return () => (loading ??= tryOn());
}

/** A component, with what writes it on the server. */
interface OnServer {
  readonly Part: Component<never>;
  readonly write: typeof import('svelte/server').render;
}

/**
 * A part of the page whose markup the server writes with the rest, and whose script the browser has a moment after that of the rows: until
 * then it stands as it was written, and its links work. Call it while a component begins: the part has its contexts.
 *
 * @param onServer what the server writes; null in the browser, and for what has no markup of its own
 * @param load brings its script; called in the browser alone, and never fails
 * @param props getters where they change, as a component has them
 */
export function late(
  onServer: OnServer | null,
  load: () => Promise<Component<never>>,
  props: object,
): Snippet {
  const context = getAllContexts();
  const written = (): string =>
    onServer === null
      ? ''
      : onServer.write(onServer.Part as Component, { props: props as Record<string, never>, context }).body;
  return createRawSnippet(() => ({
    render: () => `<div class="late">${written()}</div>`,
    setup(place) {
      let undo: (() => void) | null = null;
      let isGone = false;
      void load().then((Part) => {
        if (isGone) return;
        const begin = place.hasChildNodes() ? hydrate : mount;
        const begun = begin(Part as Component, {
          target: place,
          props: props as Record<string, never>,
          context,
        });
        undo = () => void unmount(begun);
      });
      return () => {
        isGone = true;
        undo?.();
      };
    },
  }));
}
