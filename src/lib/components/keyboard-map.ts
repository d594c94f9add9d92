import { BAR_INTERVALS, type BarInterval } from '../../protocol/channel.ts';
import { pageForKey, PAGES } from './shell/pages.ts';

export type KeyAction =
  | { type: 'palette' }
  | { type: 'help' }
  | { type: 'theme' }
  | { type: 'pause-or-play' }
  | { type: 'step'; forward: boolean }
  | { type: 'back' }
  | { type: 'pause' }
  | { type: 'faster' }
  | { type: 'go-to-start' }
  | { type: 'go-to-end' }
  | { type: 'interval'; interval: BarInterval }
  | { type: 'filter' }
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
  {
    keys: ['G', '…'],
    does: `Go to ${PAGES.map(({ key, label }) => `${key.toUpperCase()} ${label}`).join(', ')}`,
  },
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

export const REPLAY_KEYS: readonly KeyLine[] = [
  { keys: ['Space'], does: 'Play or pause' },
  { keys: ['.'], does: 'Step: one event forward' },
  { keys: [','], does: 'Step: one event back' },
  { keys: ['J'], does: 'Back 10 s (times the speed)' },
  { keys: ['K'], does: 'Pause' },
  { keys: ['L'], does: 'Play; again for the next speed' },
  { keys: ['Home', 'End'], does: 'Start or end of the recording' },
];

interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
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
    case 't':
      return { type: 'theme' };
    case ' ':
      return { type: 'pause-or-play' };
    case 'g':
      return { type: 'page-prefix' };
  }
  return replay ? replayAction(key) : null;
}

function replayAction(key: string): KeyAction | null {
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case '.':
      return { type: 'step', forward: true };
    case ',':
      return { type: 'step', forward: false };
    case 'j':
      return { type: 'back' };
    case 'k':
      return { type: 'pause' };
    case 'l':
      return { type: 'faster' };
    case 'Home':
      return { type: 'go-to-start' };
    case 'End':
      return { type: 'go-to-end' };
  }
  return null;
}
