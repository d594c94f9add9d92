/** Height of one sparkline, px. */
export const SPARK_HEIGHT_PX = 16;
const PIXEL_RATIO_MAX = 2;

export interface Spark {
  /** Oldest first. Fewer than two draw nothing. */
  closes: ArrayLike<number>;
  colour: string;
  /** Upper edge of the sparkline on the canvas, px. */
  y: number;
}

/**
 * All sparklines of a table on one canvas: a canvas a row would cost a layer and a context each. The canvas lies over the
 * spark column and is as high as the rows that are in view; it scrolls with them or is drawn anew. Holds no data.
 */
export class SparkAtlas {
  readonly #canvas: HTMLCanvasElement;
  readonly #ctx: CanvasRenderingContext2D | null;
  #pixelRatio = 1;
  #width = 0;
  #height = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#ctx = canvas.getContext('2d');
  }

  /** Makes the canvas so large, px. Empties it when that changes anything. */
  resize(width: number, height: number): void {
    const pixelRatio = Math.min(PIXEL_RATIO_MAX, globalThis.devicePixelRatio || 1);
    if (width === this.#width && height === this.#height && pixelRatio === this.#pixelRatio) return;
    this.#width = width;
    this.#height = height;
    this.#pixelRatio = pixelRatio;
    this.#canvas.width = Math.ceil(width * pixelRatio);
    this.#canvas.height = Math.ceil(height * pixelRatio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
  }

  clear(): void {
    this.#ctx?.setTransform(1, 0, 0, 1, 0, 0);
    this.#ctx?.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** Draws the sparklines of rows 0 to `rows` - 1 anew. `spark` may hand out the same object each time; null = nothing there. */
  draw(rows: number, spark: (row: number) => Spark | null): void {
    this.clear();
    for (let row = 0; row < rows; row += 1) {
      const next = spark(row);
      if (next !== null) this.#stroke(next);
    }
  }

  /** Draws one sparkline anew and leaves the others. */
  drawOne(spark: Spark): void {
    const ctx = this.#ctx;
    if (ctx === null) return;
    ctx.setTransform(this.#pixelRatio, 0, 0, this.#pixelRatio, 0, 0);
    ctx.clearRect(0, spark.y, this.#width, SPARK_HEIGHT_PX);
    this.#stroke(spark);
  }

  #stroke({ closes, colour, y }: Spark): void {
    const ctx = this.#ctx;
    const count = closes.length;
    if (ctx === null || count < 2) return;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < count; at += 1) {
      const close = closes[at];
      if (close < low) low = close;
      if (close > high) high = close;
    }
    // A pixel of room all around, so that the line's own width is not cut.
    const scale = high > low ? (SPARK_HEIGHT_PX - 3) / (high - low) : 0;
    const bottom = scale === 0 ? y + SPARK_HEIGHT_PX / 2 : y + SPARK_HEIGHT_PX - 1.5;
    const step = (this.#width - 2) / (count - 1);
    ctx.setTransform(this.#pixelRatio, 0, 0, this.#pixelRatio, 0, 0);
    ctx.beginPath();
    for (let at = 0; at < count; at += 1) ctx.lineTo(1 + at * step, bottom - (closes[at] - low) * scale);
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.25;
    ctx.lineJoin = 'round';
    ctx.stroke();
  }
}
