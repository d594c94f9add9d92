import type { ChartArea } from 'chart.js';
import { formatPrice } from '../format/index.ts';
import { chartFont, snap } from './plot-model.ts';
import { RSI_LEVELS, type StudyPane } from './plotted-studies.ts';
import { niceStep } from './price-axis.ts';
import { LABEL_HALF_PX, LABEL_PX, PlotScale } from './scales.ts';

/** Ends of what a label of a pane keeps free above and below it, px. */
const PANE_LABEL_PX = 22;

/** One study below the volume: a line above it, and its values to the right. */
export class StudyPaneScale extends PlotScale {
  static readonly id = 'studyPane';

  get pane(): StudyPane | undefined {
    return this.plot.studies.panes.find(({ id }) => id === this.id);
  }

  protected override measure(_maxWidth: number, maxHeight: number): void {
    this.width = this.plot.priceAxisWidth;
    this.height = maxHeight;
    this.top = 0;
    this.bottom = maxHeight;
  }

  override draw(area?: ChartArea): void {
    const { ctx, plot, pane } = this;
    if (area === undefined || pane === undefined) return;
    const { palette } = plot;
    ctx.save();
    ctx.fillStyle = palette.line;
    ctx.fillRect(area.left, snap(this.top, plot.pixelRatio), this.right - area.left, 1);
    ctx.font = chartFont(palette, LABEL_PX);
    ctx.fillStyle = palette.t3;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    const isIndex = pane.plotted.kind === 'rsi';
    let above = this.top;
    for (const value of this.#labelled(pane)) {
      const y = pane.range.y(value);
      if (y < this.top + LABEL_HALF_PX || y > this.bottom - LABEL_HALF_PX + 3) continue;
      if (above !== this.top && y - above < PANE_LABEL_PX) continue;
      ctx.fillText(isIndex ? String(value) : formatPrice(value, plot), area.right + 8, y);
      above = y;
    }
    ctx.restore();
  }

  /** Values with a label, highest first. */
  #labelled({ plotted, range }: StudyPane): number[] {
    if (!range.isSet) return [];
    if (plotted.kind === 'rsi') return RSI_LEVELS.toReversed();
    const most = Math.max(range.max, -range.min);
    const step = niceStep(most * 0.6, this.plot.tick);
    return [step, 0, -step];
  }
}
