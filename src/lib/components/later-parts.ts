/**
 * Parts of the desk that are not of its first view. In a module that itself comes later: SvelteKit puts the styles of all that a page's own
 * modules may import into its head, but not of what these import in turn.
 */
export const loadAlertList = () => import('./dock/AlertList.svelte');
export const loadFeedList = () => import('./dock/FeedList.svelte');
export const loadHappeningList = () => import('./dock/HappeningList.svelte');
export const loadHoldings = () => import('./holdings/HoldingsPanel.svelte');
export const loadLayoutFrame = () => import('./layout/LayoutFrame.svelte');
export const loadPhoneSection = () => import('./PhoneSection.svelte');
export const loadSecondChart = () => import('./chart/SecondChart.svelte');
export const loadTapeMenu = () => import('./instrument/TapeMenu.svelte');
