/**
 * What the desk shows beside the prices that it begins with: in one file of its own, which is asked for as soon as the page runs. The
 * places of these panels are there from the first paint.
 */
import './desk-rest.ts';

export { default as ChartPanel } from './chart/ChartPanel.svelte';
export { default as Dock } from './dock/Dock.svelte';
export { default as DepthLadder } from './instrument/DepthLadder.svelte';
export { default as TapePanel } from './instrument/TapePanel.svelte';
