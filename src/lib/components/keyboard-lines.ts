import { BAR_INTERVALS } from '../../protocol/channel.ts';
import { PAGES } from './shell/pages.ts';

/** What `?` and the settings say of keys; what they do is in keyboard-map.ts. */
interface KeyLine {
  keys: readonly string[];
  does: string;
}

export const REPLAY_KEYS: readonly KeyLine[] = [
  { keys: ['Space'], does: 'Play or pause' },
  { keys: ['.'], does: 'Step forward: one event, or what the speed menu says' },
  { keys: [','], does: 'Step back' },
  { keys: ['>', '<'], does: 'Step one bar forward or back' },
  { keys: [']', '['], does: 'Step one second forward or back' },
  { keys: ['J'], does: 'Play backwards; again for faster' },
  { keys: ['K'], does: 'Pause' },
  { keys: ['L'], does: 'Play; again for the next speed' },
  { keys: ['I'], does: 'The loop begins here' },
  { keys: ['O'], does: 'The loop ends here' },
  { keys: ['Shift L'], does: 'Loop on or off' },
  { keys: ['B'], does: 'Bookmark this instant' },
  { keys: ['N'], does: 'Go live' },
  { keys: ['Home', 'End'], does: 'Start or end; the end of the tape is live' },
];

/** Keys that mean something live, too. */
const TIME_KEYS: readonly KeyLine[] = [
  { keys: ['@'], does: 'Go to a time' },
  { keys: ['Y'], does: 'Copy the link to this view and time' },
];

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
  { keys: ['Shift T'], does: 'Next palette' },
  { keys: ['F'], does: 'Full screen, or back' },
  { keys: ['?'], does: 'This list' },
];

export const LIST_KEYS: readonly KeyLine[] = [
  { keys: ['↑', '↓'], does: 'Previous or next symbol' },
  { keys: ['PgUp', 'PgDn'], does: 'One page up or down' },
  { keys: ['Home', 'End'], does: 'First or last symbol' },
  { keys: ['Enter'], does: 'Open the symbol' },
  { keys: ['Shift ↑', 'Shift ↓'], does: 'Mark the next symbols too' },
  { keys: ['C'], does: 'Compare the marked symbols in the chart' },
  { keys: ['←', '→'], does: 'Close or open a group' },
  { keys: ['Alt ↑', 'Alt ↓'], does: 'Move the symbol in a list of yours' },
];

/** While the chart has the focus. */
export const CHART_KEYS: readonly KeyLine[] = [
  { keys: ['←', '→'], does: 'Read bar by bar; with Shift ten at once' },
  { keys: ['Ctrl ←', 'Ctrl →'], does: 'Half a view back or on' },
  { keys: ['+', '−', '0'], does: 'Zoom in, out, or as at first' },
  { keys: ['Enter'], does: 'Say what the bars in view did' },
  { keys: ['S'], does: 'The bars in view as a table' },
  { keys: ['E'], does: 'Export' },
  { keys: ['C'], does: 'Compare with another symbol' },
  { keys: ['Alt click'], does: 'Alert at that price' },
];
