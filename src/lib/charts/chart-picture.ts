import type { Palette } from './palette.ts';
import { chartFont } from './plot-model.ts';

/** Height of the line that says what the picture shows, px. */
const TITLE_PX = 30;

/**
 * A chart as PNG: the theme's ground first, for Chart.js leaves it transparent, a line of text, the canvas, then what `paintAbove` adds in CSS
 * px of the canvas. Null where the browser gives no canvas.
 */
export function chartPicture(
  source: HTMLCanvasElement,
  palette: Palette,
  pixelRatio: number,
  title: string,
  paintAbove: (ctx: CanvasRenderingContext2D) => void,
): Promise<Blob | null> {
  const picture = document.createElement('canvas');
  const titlePixels = Math.round(TITLE_PX * pixelRatio);
  picture.width = source.width;
  picture.height = source.height + titlePixels;
  const ctx = picture.getContext('2d');
  if (ctx === null) return Promise.resolve(null);
  ctx.fillStyle = palette.bg1;
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.drawImage(source, 0, titlePixels);
  ctx.scale(pixelRatio, pixelRatio);
  ctx.font = chartFont(palette, 13, 600);
  ctx.fillStyle = palette.t1;
  ctx.textBaseline = 'middle';
  ctx.fillText(title, 10, TITLE_PX / 2);
  ctx.translate(0, titlePixels / pixelRatio);
  paintAbove(ctx);
  return new Promise((resolve) => picture.toBlob(resolve, 'image/png'));
}
