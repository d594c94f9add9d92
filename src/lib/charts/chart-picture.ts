/**
 * A chart as PNG: the theme's ground first, for Chart.js leaves it transparent, then the canvas, then what `paintAbove` adds in CSS px.
 * Null where the browser gives no canvas.
 */
export function chartPicture(
  source: HTMLCanvasElement,
  ground: string,
  pixelRatio: number,
  paintAbove: (ctx: CanvasRenderingContext2D) => void,
): Promise<Blob | null> {
  const picture = document.createElement('canvas');
  picture.width = source.width;
  picture.height = source.height;
  const ctx = picture.getContext('2d');
  if (ctx === null) return Promise.resolve(null);
  ctx.fillStyle = ground;
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.drawImage(source, 0, 0);
  ctx.scale(pixelRatio, pixelRatio);
  paintAbove(ctx);
  return new Promise((resolve) => picture.toBlob(resolve, 'image/png'));
}
