import type { Component } from 'svelte';
import './desk-rest.ts';

/**
 * Parts of the desk that are not of its first view. In a module that itself comes later: SvelteKit puts the styles of all that a page's own
 * modules may import into its head, but not of what these import in turn.
 */
export const loadLayoutFrame = () => import('./layout/LayoutFrame.svelte');
export const loadPhoneSection = () => import('./PhoneSection.svelte');
export const loadSecondChart = () => import('./chart/SecondChart.svelte');
export const loadTapeMenu = () => import('./instrument/TapeMenu.svelte');

export const loadHoldings = () => import('./holdings/HoldingsPanel.svelte');

const DOCK_PANELS = {
  Alerts: () => import('./dock/AlertList.svelte'),
  Feeds: () => import('./dock/FeedList.svelte'),
  Log: () => import('./dock/HappeningList.svelte'),
  Holdings: loadHoldings,
};

export type DockPanel = keyof typeof DOCK_PANELS;

/** What a tab of the dock shows, or a phone in its place: without a title of its own, which only some have. */
export function loadDockPanel(name: DockPanel) {
  return DOCK_PANELS[name]() as Promise<{ default: Component<{ bare: boolean }> }>;
}
