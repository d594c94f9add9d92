import { chartFont, snap } from './plot-model.ts';
import type { Palette } from './palette.ts';

/** One side of a book as a curve: how much could be traded down (or up) to each price. Best first. */
export interface DepthPoint {
  /** Ticks. */
  price: number;
  /** Lots at this price and all better ones. */
  total: number;
}

export interface DepthView {
  bids: readonly DepthPoint[];
  asks: readonly DepthPoint[];
}

/** Flat price and size runs of a book's side as a curve; levels without size are left out. */
export function depthCurve(levels: readonly number[]): DepthPoint[] {
  const points: DepthPoint[] = [];
  let total = 0;
  for (let at = 0; at + 1 < levels.length; at += 2) {
    const size = levels[at + 1]!;
    if (!(size > 0)) continue;
    total += size;
    points.push({ price: levels[at]!, total });
  }
  return points;
}

/** What could be traded at a price or better, and on which side; null inside the spread or without a book. */
export function depthAt(
  { bids, asks }: DepthView,
  price: number,
): { side: 'bid' | 'ask'; point: DepthPoint } | null {
  const bid = bids.findLast((point) => point.price >= price);
  if (bid !== undefined) return { side: 'bid', point: bid };
  const ask = asks.findLast((point) => point.price <= price);
  return ask === undefined ? null : { side: 'ask', point: ask };
}

export interface DepthFrame {
  width: number;
  height: number;
  pixelRatio: number;
  palette: Palette;
  /** Price of the left edge and of the right, ticks: as far to either side of the middle. */
  fromPrice: number;
  toPrice: number;
  totalMax: number;
}

const AXIS_PX = 20;
const TOP_PX = 14;
const FILL_ALPHA = 0.16;

/** The prices and totals that a book takes up: both sides as wide, so that a lean is seen as height. Null without a book of two sides. */
export function depthFrame(
  { bids, asks }: DepthView,
  size: Pick<DepthFrame, 'width' | 'height' | 'pixelRatio' | 'palette'>,
): DepthFrame | null {
  const [bestBid, bestAsk] = [bids[0], asks[0]];
  const [lastBid, lastAsk] = [bids.at(-1), asks.at(-1)];
  if (bestBid === undefined || bestAsk === undefined || lastBid === undefined || lastAsk === undefined)
    return null;
  const middle = (bestBid.price + bestAsk.price) / 2;
  const aside = Math.max(middle - lastBid.price, lastAsk.price - middle, 1) * 1.02;
  return {
    ...size,
    fromPrice: middle - aside,
    toPrice: middle + aside,
    totalMax: Math.max(lastBid.total, lastAsk.total),
  };
}

export function priceAtX({ fromPrice, toPrice, width }: DepthFrame, x: number): number {
  return fromPrice + (x / width) * (toPrice - fromPrice);
}

/** Draws both curves as steps, and three prices below: the ends and the middle. `label` makes text of ticks. */
export function drawDepth(
  ctx: CanvasRenderingContext2D,
  view: DepthView,
  frame: DepthFrame,
  label: (ticks: number) => string,
): void {
  const { width, height, pixelRatio, palette, fromPrice, toPrice, totalMax } = frame;
  ctx.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const bottom = height - AXIS_PX;
  const x = (price: number): number => ((price - fromPrice) / (toPrice - fromPrice)) * width;
  const y = (total: number): number => bottom - (total / totalMax) * (bottom - TOP_PX);
  drawSide(ctx, view.bids, palette.up, 0, x, y, bottom);
  drawSide(ctx, view.asks, palette.down, width, x, y, bottom);
  ctx.fillStyle = palette.line;
  ctx.fillRect(0, snap(bottom, pixelRatio), width, 1);
  ctx.fillStyle = palette.t3;
  ctx.font = chartFont(palette, 11);
  ctx.textBaseline = 'middle';
  const middle = (fromPrice + toPrice) / 2;
  const labels = [
    ['left', 10, fromPrice],
    ['center', width / 2, middle],
    ['right', width - 10, toPrice],
  ] as const;
  for (const [align, at, price] of labels) {
    ctx.textAlign = align;
    ctx.fillText(label(Math.round(price)), at, height - AXIS_PX / 2);
  }
}

function drawSide(
  ctx: CanvasRenderingContext2D,
  points: readonly DepthPoint[],
  colour: string,
  edgeX: number,
  x: (price: number) => number,
  y: (total: number) => number,
  bottom: number,
): void {
  const first = points[0];
  if (first === undefined) return;
  const trace = (): void => {
    let height = bottom;
    ctx.lineTo(x(first.price), bottom);
    for (const { price, total } of points) {
      ctx.lineTo(x(price), height);
      height = y(total);
      ctx.lineTo(x(price), height);
    }
    ctx.lineTo(edgeX, height);
  };
  ctx.beginPath();
  trace();
  ctx.lineTo(edgeX, bottom);
  ctx.closePath();
  ctx.fillStyle = colour;
  ctx.globalAlpha = FILL_ALPHA;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.beginPath();
  trace();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.25;
  ctx.stroke();
}
