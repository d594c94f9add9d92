import type { Palette } from '../../charts/palette.ts';
import { TileColours } from '../../charts/tile-colours.ts';
import type { Box } from '../../charts/treemap.ts';
import type { HeatmapLayout, Tile } from './heatmap-layout.ts';

const PIXEL_RATIO_MAX = 2;
const SYMBOL_PX_MIN = 10;
const SYMBOL_PX_MAX = 24;
const TEXT_PX_MIN = 9;
const PADDING_PX = 5;

/** What a tile says besides its symbol. */
export interface TileFace {
  /** In units of the scale's end; NaN = not known. */
  readonly change: number;
  /** Arrow and signed percentage: direction is never colour alone. */
  readonly text: string;
  readonly stale: boolean;
}

/**
 * The canvas of the heatmap. Holds no market: it is handed a layout and asks for each tile's face. A thousand tiles take some
 * milliseconds, so that it is drawn whole each time.
 */
export class HeatmapCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #ctx: CanvasRenderingContext2D | null;
  readonly #palette: Palette;
  readonly #colours: TileColours;
  /** Width of a symbol at 1 px of height. */
  readonly #widths = new Map<string, number>();
  #width = 0;
  #height = 0;

  constructor(canvas: HTMLCanvasElement, palette: Palette) {
    this.#canvas = canvas;
    this.#ctx = canvas.getContext('2d', { alpha: false });
    this.#palette = palette;
    this.#colours = new TileColours(palette);
  }

  resize(width: number, height: number): void {
    const ratio = Math.min(PIXEL_RATIO_MAX, globalThis.devicePixelRatio || 1);
    this.#width = width;
    this.#height = height;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#ctx?.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /** @param marked index of the tile under the pointer or the keyboard; -1 = none */
  draw(layout: HeatmapLayout, face: (tile: Tile) => TileFace, marked: number, isFocused: boolean): void {
    const ctx = this.#ctx;
    if (ctx === null) return;
    ctx.fillStyle = this.#palette.bg1;
    ctx.fillRect(0, 0, this.#width, this.#height);
    for (const { label, box, headPx } of layout.groups)
      if (headPx > 0) this.#drawHead(ctx, label, box, headPx);
    for (const tile of layout.tiles) this.#drawTile(ctx, tile, face(tile));
    const tile = layout.tiles[marked];
    if (tile === undefined) return;
    const { x, y, width, height } = tile.box;
    ctx.strokeStyle = isFocused ? this.#palette.accent : this.#palette.t1;
    ctx.lineWidth = isFocused ? 3 : 1.5;
    ctx.strokeRect(x + 1, y + 1, Math.max(0, width - 3), Math.max(0, height - 3));
  }

  #drawHead(ctx: CanvasRenderingContext2D, label: string, box: Box, headPx: number): void {
    ctx.font = `600 11px ${this.#palette.face}`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ctx.fillStyle = this.#palette.t2;
    if (ctx.measureText(label).width <= box.width - 4) ctx.fillText(label, box.x + 2, box.y + headPx / 2);
  }

  #drawTile(ctx: CanvasRenderingContext2D, { entry, box }: Tile, face: TileFace): void {
    const palette = this.#palette;
    // A pixel between tiles, so that neighbours of one colour stay two.
    const width = Math.max(0.5, box.width - 1);
    const height = Math.max(0.5, box.height - 1);
    ctx.fillStyle = this.#colours.of(face.change);
    ctx.fillRect(box.x, box.y, width, height);
    const room = width - 2 * PADDING_PX;
    if (room < 14 || height < SYMBOL_PX_MIN + 4) return;
    const fit = (name: string): number =>
      Math.floor(Math.min(SYMBOL_PX_MAX, room / this.#widthPerPx(ctx, name), height * 0.42));
    let name = entry.symbol;
    let sizePx = fit(name);
    if (sizePx < SYMBOL_PX_MIN) {
      // Of a pair the half that tells it from its neighbours: what they are quoted in is mostly the same.
      name = entry.symbol.split(/[-/]/, 1)[0]!;
      sizePx = fit(name);
    }
    if (sizePx < SYMBOL_PX_MIN) return;
    ctx.font = `500 20px ${palette.face}`;
    const textPerPx = ctx.measureText(face.text).width / 20;
    const smallPx = Math.floor(Math.min(sizePx * 0.72, room / textPerPx, height - sizePx - 8));
    const hasText = smallPx >= TEXT_PX_MIN;
    ctx.font = `500 ${smallPx}px ${palette.face}`;
    const middleX = box.x + width / 2;
    const middleY = box.y + height / 2;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillStyle = face.stale ? palette.t2 : palette.t1;
    if (hasText) ctx.fillText(face.text, middleX, middleY + (sizePx + 2) / 2);
    ctx.font = `600 ${sizePx}px ${palette.face}`;
    ctx.fillText(name, middleX, hasText ? middleY - (smallPx + 2) / 2 : middleY);
  }

  #widthPerPx(ctx: CanvasRenderingContext2D, symbol: string): number {
    let width = this.#widths.get(symbol);
    if (width === undefined) {
      ctx.font = `600 20px ${this.#palette.face}`;
      width = ctx.measureText(symbol).width / 20;
      this.#widths.set(symbol, width);
    }
    return width;
  }
}
