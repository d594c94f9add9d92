/** What moves and reads a chart: comes when somebody first reaches for one. */
export { BarLevels } from './bar-levels.ts';
export { ChartControls } from './chart-controls.ts';
export { ChartInput } from './chart-input.ts';
export { paintCrosshair, placeCrosshair } from './crosshair.ts';
// Bars are so narrow only where somebody has zoomed out.
export { drawColumns, traceColumn } from './draw-dense.ts';
