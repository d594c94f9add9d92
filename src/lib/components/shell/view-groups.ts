import { PALETTES } from '../appearance.svelte.ts';

/** Choices of how the market looks, in the menu of the header and on the page of settings. */
export const VIEW_GROUPS = [
  {
    label: 'Theme',
    key: 'theme',
    options: [
      ['system', 'System'],
      ['dark', 'Dark'],
      ['light', 'Light'],
    ],
  },
  {
    label: 'Palette',
    key: 'palette',
    options: PALETTES,
  },
  {
    label: 'Rising prices',
    key: 'convention',
    options: [
      ['up-green', 'Teal up'],
      ['up-red', 'Red up'],
    ],
  },
  {
    label: 'Density',
    key: 'density',
    options: [
      ['compact', 'Compact'],
      ['normal', 'Normal'],
      ['comfortable', 'Wide'],
    ],
  },
  {
    label: 'Time',
    key: 'timeZone',
    options: [
      ['utc', 'UTC'],
      ['local', 'Local'],
      ['exchange', 'Exchange'],
    ],
  },
] as const;

export type ViewGroup = (typeof VIEW_GROUPS)[number];
