import type { Stretch } from './bar-axis.ts';

/** Column and space between two, px. */
const COLUMN_PX = 4;
const STEP_PX = 5;
const PIXEL_RATIO_MAX = 2;
const HATCH_STEP_PX = 5;
const GAP_PX_MIN = 3;

export interface DensityPicture {
  /** Events a second in each column; NaN where silence is folded. */
  columns: Float64Array;
  /** Columns before this share are played, 0..1. */
  playedShare: number;
  /** Silence: folded, or skipped while playing. */
  gaps: readonly Stretch[];
  colour: string;
  gapColour: string;
}

export function columnCount(widthPx: number): number {
  return Math.max(1, Math.floor(widthPx / STEP_PX));
}

const pixelRatio = (): number => Math.min(PIXEL_RATIO_MAX, globalThis.devicePixelRatio || 1);

const isPlayed = (column: number, { columns, playedShare }: DensityPicture): boolean =>
  (column + 0.5) / columns.length <= playedShare;

/**
 * Paints the histogram of one canvas when it would look different, however often it is asked: a recording that stands still costs nothing,
 * one that plays a paint for each column. Invariant: what is on the canvas is what was asked for last; columns are replaced, not changed.
 */
export class DensityPainter {
  #painted: readonly unknown[] = [];

  paint(canvas: HTMLCanvasElement, picture: DensityPicture): void {
    const { columns, colour, gapColour } = picture;
    let played = 0;
    while (played < columns.length && isPlayed(played, picture)) played += 1;
    const size = [canvas.clientWidth, canvas.clientHeight, pixelRatio()];
    const gaps = picture.gaps.flatMap(({ from, to }) => [from, to]);
    const next = [columns, played, ...size, colour, gapColour, ...gaps];
    if (next.length === this.#painted.length && next.every((it, at) => it === this.#painted[at])) return;
    this.#painted = next;
    drawDensity(canvas, picture);
  }
}

/** Paints the histogram of the replay bar. Heights follow the square root: bursts are a hundred times the calm. */
export function drawDensity(canvas: HTMLCanvasElement, picture: DensityPicture): void {
  const ctx = canvas.getContext('2d');
  if (ctx === null) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = pixelRatio();
  const pixelWidth = Math.round(width * ratio);
  const pixelHeight = Math.round(height * ratio);
  if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
    canvas.width = pixelWidth;
    canvas.height = pixelHeight;
  }
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);

  const { columns } = picture;
  const step = width / columns.length;
  let highest = 0;
  for (const count of columns) if (count > highest) highest = count;
  ctx.fillStyle = picture.colour;
  for (let column = 0; column < columns.length; column += 1) {
    const count = columns[column]!;
    if (!(count > 0)) continue;
    ctx.globalAlpha = isPlayed(column, picture) ? 1 : 0.35;
    const bar = Math.max(1.5, Math.sqrt(count / highest) * (height - 2));
    ctx.fillRect(column * step, height - bar, Math.min(COLUMN_PX, step), bar);
  }
  ctx.globalAlpha = 1;
  for (const gap of picture.gaps) {
    const gapWidth = Math.max(GAP_PX_MIN, (gap.to - gap.from) * width);
    // A column may reach into a fold that is narrower than itself.
    ctx.clearRect(gap.from * width, 0, gapWidth, height);
    hatch(ctx, gap.from * width, gapWidth, height, picture.gapColour);
  }
}

function hatch(
  ctx: CanvasRenderingContext2D,
  x: number,
  width: number,
  height: number,
  colour: string,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, 0, width, height);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let at = x - height; at < x + width; at += HATCH_STEP_PX) {
    ctx.moveTo(at, height);
    ctx.lineTo(at + height, 0);
  }
  ctx.stroke();
  ctx.restore();
}
