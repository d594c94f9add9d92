/**
 * What stands around the pages and heads a list and an instrument, and what the desk is beside its rows: in one file, which the browser has
 * after them.
 */
import '../desk-rest.ts';

export { default as QuoteCard } from '../instrument/QuoteCard.svelte';
export { default as ReplayBar } from '../replay/ReplayBar.svelte';
export { compareMarked } from '../watch/compare-marked.ts';
export { sparkDrawing } from '../watch/spark-drawing.ts';
export { default as WatchHead } from '../watch/WatchHead.svelte';
export { default as WatchTitle } from '../watch/WatchTitle.svelte';
export { default as DeskAddress } from './DeskAddress.svelte';
export { default as Header } from './Header.svelte';
export { default as PageTabs } from './PageTabs.svelte';
export { default as ShellRest } from './ShellRest.svelte';
export { default as StatusBar } from './StatusBar.svelte';
