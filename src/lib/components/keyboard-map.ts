import { BAR_INTERVALS, type BarInterval } from '../../protocol/channel.ts';
import { replayAction, timeAction, type ReplayAction } from './replay/replay-keys.ts';
import { pageForKey } from './shell/pages.ts';

export type KeyAction =
  | { type: 'palette' }
  | { type: 'help' }
  | { type: 'theme' }
  | { type: 'next-palette' }
  | { type: 'full-screen' }
  | { type: 'pause-or-play' }
  | ReplayAction
  | { type: 'interval'; interval: BarInterval }
  | { type: 'filter' }
  /** An alert at the last price of the selected symbol. */
  | { type: 'alert' }
  /** G: the next key names a page. */
  | { type: 'page-prefix' }
  | { type: 'page'; path: string };

interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey?: boolean;
}

/** What a key means, or null. `replay` adds the transport's keys; `afterPrefix` = the key before it was G. */
export function keyAction(press: KeyPress, replay: boolean, afterPrefix = false): KeyAction | null {
  const { key } = press;
  if ((press.ctrlKey || press.metaKey) && !press.altKey) {
    return key.toLowerCase() === 'k' ? { type: 'palette' } : null;
  }
  if (press.altKey) return null;
  if (afterPrefix) {
    const page = pageForKey(key);
    if (page !== null) return { type: 'page', path: page.path };
  }
  const interval = BAR_INTERVALS[Number(key) - 1];
  if (interval !== undefined) return { type: 'interval', interval };
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case '?':
      return { type: 'help' };
    case '/':
      return { type: 'filter' };
    case 'a':
      return { type: 'alert' };
    case 't':
      return { type: press.shiftKey === true ? 'next-palette' : 'theme' };
    case 'f':
      return { type: 'full-screen' };
    case ' ':
      return { type: 'pause-or-play' };
    case 'g':
      return { type: 'page-prefix' };
  }
  return timeAction(press) ?? (replay ? replayAction(press) : null);
}
