export interface Filled {
  x: number;
  y: number;
  width: number;
  height: number;
  style: string;
}

/** The part of a canvas context that our drawing uses, writing down filled rectangles and the points of paths. */
export class RecordingContext {
  fillStyle = '';
  strokeStyle = '';
  globalAlpha = 1;
  lineWidth = 1;
  lineJoin = '';
  readonly filled: Filled[] = [];
  readonly points: [x: number, y: number][] = [];
  strokes = 0;
  moves = 0;

  fillRect(x: number, y: number, width: number, height: number): void {
    this.filled.push({ x, y, width, height, style: this.fillStyle });
  }
  beginPath(): void {}
  setTransform(): void {}
  clearRect(): void {}
  moveTo(x: number, y: number): void {
    this.moves += 1;
    this.points.push([x, y]);
  }
  lineTo(x: number, y: number): void {
    this.points.push([x, y]);
  }
  stroke(): void {
    this.strokes += 1;
  }

  get asContext(): CanvasRenderingContext2D {
    return this as unknown as CanvasRenderingContext2D;
  }
}
