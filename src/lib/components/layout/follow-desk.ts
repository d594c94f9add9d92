import { untrack } from 'svelte';
import type { Desk } from '../desk.svelte.ts';

/** Heights of the rail's panels before they were measured, px. */
const QUOTE_PX = 118;
const DEPTH_PX = 407;

/**
 * Attachment of the desk: tells the arrangement, once it is there, how large the desk is. Reads runes: it runs again when the arrangement has come, or the window has become one of another kind.
 */
export function followDesk(root: HTMLElement, desk: Desk): (() => void) | undefined {
  const { layout, panels } = desk;
  const { arrangement } = panels;
  if (arrangement === null) return undefined;
  const { name, isBroad } = layout;
  if (!layout.known) return undefined;
  if (name !== 'wide' && name !== 'dock') {
    untrack(() => arrangement.refuse());
    return undefined;
  }
  const natural = (panel: string, otherwise: number): number => {
    const place = root.querySelector<HTMLElement>(`:not(.placed) > .rail > [data-panel=${panel}]`);
    return place === null || place.offsetHeight === 0 ? otherwise : place.offsetHeight;
  };
  const measure = (): void => {
    arrangement.window = {
      windowClass: name === 'wide' ? 'wide' : 'narrow',
      isBroad,
      width: root.clientWidth,
      height: root.clientHeight,
      quotePx: natural('quote', arrangement.window?.quotePx ?? QUOTE_PX),
      depthPx: natural('depth', arrangement.window?.depthPx ?? DEPTH_PX),
    };
  };
  const sizes = new ResizeObserver(measure);
  sizes.observe(root);
  return () => {
    sizes.disconnect();
    arrangement.window = null;
  };
}
