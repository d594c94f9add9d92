import { strokeLine, traceLine } from './draw-line.ts';
import type { PlotModel } from './plot-model.ts';
import { studyKit } from './study-kit-loader.ts';

/** Studies over the prices, then compared symbols. */
export function drawOverlays(ctx: CanvasRenderingContext2D, plot: PlotModel, left: number): void {
  for (const plotted of plot.studies.overlays) {
    if (plotted.kind === 'vwap') {
      ctx.beginPath();
      traceLine(ctx, plot, plotted.study.line(0), left);
      strokeLine(ctx, plot, plot.palette.accent);
    } else studyKit().drawStudy(ctx, plot, plotted, left);
  }
  if (plot.compared.length > 0) studyKit().drawCompared(ctx, plot, left);
}
