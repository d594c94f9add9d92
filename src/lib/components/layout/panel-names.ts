import type { PanelId } from '../../state/layout/layout-tree.ts';

export const PANEL_NAMES: Readonly<Record<PanelId, string>> = {
  watchlist: 'Watchlist',
  chart: 'Chart',
  second: 'Second chart',
  quote: 'Quote',
  depth: 'Depth',
  tape: 'Tape',
  dock: 'Dock',
  holdings: 'Holdings',
};
