/** What the bar has while a replay is watched: asked for when one is opened, and here before it is. */
export { default as LoopBand } from './LoopBand.svelte';
export { default as MoreMenu } from './MoreMenu.svelte';
export { default as SkipNotice } from './SkipNotice.svelte';
export { default as SpeedMenu } from './SpeedMenu.svelte';
