/** What the page does with replays, in one file that is asked for as soon as the page runs. */
export { copyLink, shareReplay } from './copy-link.ts';
export { Replay } from './replay.svelte.ts';
export { runReplayAction } from './replay-actions.ts';
