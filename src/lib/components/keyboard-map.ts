import { BAR_INTERVALS, type BarInterval } from '../../protocol/channel.ts';
import { replayAction, TIME_KEYS, timeAction, type ReplayAction } from './replay/replay-keys.ts';
import { pageForKey, PAGES } from './shell/pages.ts';

export { REPLAY_KEYS } from './replay/replay-keys.ts';

export type KeyAction =
  | { type: 'palette' }
  | { type: 'help' }
  | { type: 'theme' }
  | { type: 'pause-or-play' }
  | ReplayAction
  | { type: 'interval'; interval: BarInterval }
  | { type: 'filter' }
  /** An alert at the last price of the selected symbol. */
  | { type: 'alert' }
  /** G: the next key names a page. */
  | { type: 'page-prefix' }
  | { type: 'page'; path: string };

interface KeyLine {
  keys: readonly string[];
  does: string;
}

/** What `?` shows. Each line is a key that works; the lists of rows and menus add theirs while they have the focus. */
export const LIVE_KEYS: readonly KeyLine[] = [
  { keys: ['Ctrl K', '⌘ K'], does: 'Search symbols and commands' },
  { keys: ['Space'], does: 'Pause or resume the view' },
  { keys: ['1', '…', '7'], does: `Timeframe ${BAR_INTERVALS.join(', ')}` },
  { keys: ['/'], does: 'Filter the list' },
  { keys: ['A'], does: 'Alert at the last price' },
  {
    keys: ['G', '…'],
    does: `Go to ${PAGES.map(({ key, label }) => `${key.toUpperCase()} ${label}`).join(', ')}`,
  },
  ...TIME_KEYS,
  { keys: ['T'], does: 'Dark or light' },
  { keys: ['?'], does: 'This list' },
];

export const LIST_KEYS: readonly KeyLine[] = [
  { keys: ['↑', '↓'], does: 'Previous or next symbol' },
  { keys: ['PgUp', 'PgDn'], does: 'One page up or down' },
  { keys: ['Home', 'End'], does: 'First or last symbol' },
  { keys: ['Enter'], does: 'Open the symbol' },
  { keys: ['←', '→'], does: 'Close or open a group' },
  { keys: ['Alt ↑', 'Alt ↓'], does: 'Move the symbol in a list of yours' },
];

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
      return { type: 'theme' };
    case ' ':
      return { type: 'pause-or-play' };
    case 'g':
      return { type: 'page-prefix' };
  }
  return timeAction(press) ?? (replay ? replayAction(press) : null);
}
