import { strokeLine, traceLine } from './draw-line.ts';
import type { PlotModel } from './plot-model.ts';
import { lineCount, studyColour } from './plotted-studies.ts';
import { seriesColour } from './series-colours.ts';
import { studyKit } from './study-kit-loader.ts';

/** Studies over the prices, then compared symbols. */
export function drawOverlays(ctx: CanvasRenderingContext2D, plot: PlotModel, left: number): void {
  for (const plotted of plot.studies.overlays) {
    if (plotted.kind === 'bb') studyKit().fillBand(ctx, plot, plotted, left);
    for (let line = 0; line < lineCount(plotted.kind); line += 1) {
      ctx.beginPath();
      traceLine(ctx, plot, plotted.study.line(line), left);
      strokeLine(ctx, plot, studyColour(plotted, plot.palette));
    }
  }
  plot.compared.forEach((compared, at) => {
    ctx.beginPath();
    traceLine(ctx, plot, compared.values, left);
    strokeLine(ctx, plot, seriesColour(plot.palette, at));
  });
}
