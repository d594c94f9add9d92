import { readPalette } from '../../charts/palette.ts';
import { SPARK_HEIGHT_PX, SparkAtlas } from '../../charts/spark-atlas.ts';
import type { Market } from '../../state/market.ts';
import { isGroup, type ListRow } from './list-rows.ts';
import type { LiveList } from './live-list.svelte.ts';

/**
 * Draws the sparklines of the rows in view, on the canvas in `element`, in its colours of this moment.
 * @param sparkPx width of their column, px; 0 = it is not shown
 */
export function sparkDrawing(
  list: Pick<LiveList, 'painter' | 'rowPx'>,
  market: Pick<Market, 'quotes'> & { readonly paused: boolean },
  element: HTMLElement,
  sparkPx: number,
): () => void {
  const canvas = element.querySelector('canvas');
  if (canvas === null || sparkPx === 0) return () => {};
  const palette = readPalette(element);
  const atlas = new SparkAtlas(canvas);
  let drawn: readonly ListRow[] = [];
  return () => {
    const { window, first } = list.painter;
    if (market.paused && window.length === drawn.length && window.every((row, at) => row === drawn[at]))
      return;
    drawn = window;
    const { rowPx } = list;
    canvas.style.transform = `translateY(${first * rowPx}px)`;
    atlas.resize(sparkPx, window.length * rowPx);
    atlas.draw(window.length, (at) => {
      const row = window[at]!;
      if (isGroup(row)) return null;
      const closes = market.quotes.closes(row.id);
      const rise = closes.length < 2 ? 0 : closes.at(-1)! - closes[0]!;
      const colour = rise > 0 ? palette.up : rise < 0 ? palette.down : palette.t3;
      return { closes, colour, y: at * rowPx + (rowPx - SPARK_HEIGHT_PX) / 2 };
    });
  };
}
