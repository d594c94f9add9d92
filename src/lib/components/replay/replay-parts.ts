/** What the page does with replays, and what the bar has for them: in one file that is asked for when somebody reaches for it. */
export { default as BarHand } from './BarHand.svelte';
export { keyGoalUs } from './bar-keys.ts';
export { copyLink, shareReplay } from './copy-link.ts';
export { followActivity } from './follow-activity.ts';
export { default as LoopBand } from './LoopBand.svelte';
export { Replay } from './replay.svelte.ts';
export { runReplayAction } from './replay-actions.ts';
export { default as ReplayControls } from './ReplayControls.svelte';
export { default as ReplaySteps } from './ReplaySteps.svelte';
export { default as SkipNotice } from './SkipNotice.svelte';
export { tapeAxis } from './tape-axis.ts';
