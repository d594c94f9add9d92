import { paintAlertLevels } from './draw-alert-levels.ts';
import { paintGaps } from './draw-gaps.ts';
import type { PlotModel } from './plot-model.ts';

/** What lies over the prices of few charts: gaps, then the prices that alerts wait for. */
export const paintMarks: NonNullable<PlotModel['paintMarks']> = (ctx, plot, area, priceBottom) => {
  paintGaps(ctx, plot, area, priceBottom);
  paintAlertLevels(ctx, plot, area, priceBottom);
};
