import { expect, test } from 'vitest';
import {
  columnCount,
  DensityPainter,
  drawDensity,
} from '../../../../../../src/lib/components/replay/density-canvas.ts';

/** Notes what is filled and how strongly, and what is cut out for a hatch. */
class NotingContext {
  readonly filled: { x: number; height: number; alpha: number }[] = [];
  readonly hatched: [x: number, width: number][] = [];
  globalAlpha = 1;
  setTransform(): void {}
  clearRect(): void {}
  save(): void {}
  restore(): void {}
  beginPath(): void {}
  clip(): void {}
  moveTo(): void {}
  lineTo(): void {}
  stroke(): void {}
  rect(x: number, _y: number, width: number): void {
    this.hatched.push([x, width]);
  }
  fillRect(x: number, _y: number, _width: number, height: number): void {
    this.filled.push({ x, height, alpha: this.globalAlpha });
  }
}

function draw(columns: number[], playedShare: number, gaps: { from: number; to: number }[] = []) {
  const ctx = new NotingContext();
  const canvas = { clientWidth: 100, clientHeight: 28, width: 0, height: 0, getContext: () => ctx };
  drawDensity(canvas as unknown as HTMLCanvasElement, {
    columns: Float64Array.from(columns),
    playedShare,
    gaps,
    colour: '#fff',
    gapColour: '#f0f',
  });
  return ctx;
}

test('what is played is drawn in full, what follows at 35 %', () => {
  const { filled } = draw([4, 4, 4, 4], 0.5);
  expect(filled.map(({ alpha }) => alpha)).toEqual([1, 1, 0.35, 0.35]);
});

test('a fold has no columns and is hatched over exactly its width', () => {
  const { filled, hatched } = draw([4, Number.NaN, 4, 4], 1, [{ from: 0.25, to: 0.5 }]);
  expect(filled.map(({ x }) => x)).toEqual([0, 50, 75]);
  expect(hatched).toEqual([[25, 25]]);
});

test('a fold too narrow to see is three pixels wide', () => {
  expect(draw([4], 1, [{ from: 0.5, to: 0.501 }]).hatched).toEqual([[50, 3]]);
});

test('heights follow the square root of the rate, and an empty column stays empty', () => {
  const { filled } = draw([100, 25, 0, 0.001], 1);
  expect(filled.map(({ height }) => height)).toEqual([26, 13, 1.5]);
});

test('a column takes five pixels', () => {
  expect(columnCount(1000)).toBe(200);
  expect(columnCount(0)).toBe(1);
});

test('what would look the same is not painted again, and whatever changes is', () => {
  const ctx = new NotingContext();
  const canvas = { clientWidth: 100, clientHeight: 28, width: 0, height: 0, getContext: () => ctx };
  const painter = new DensityPainter();
  const still = {
    columns: Float64Array.of(4, 4, 4, 4),
    playedShare: 0.5,
    gaps: [{ from: 0.8, to: 0.9 }],
    colour: '#fff',
    gapColour: '#f0f',
  };
  /** Columns painted by one call. */
  const paint = (more: Partial<typeof still> = {}): number => {
    const before = ctx.filled.length;
    painter.paint(canvas as unknown as HTMLCanvasElement, { ...still, ...more });
    return ctx.filled.length - before;
  };
  expect(paint()).toBe(4);
  for (let frame = 0; frame < 50; frame += 1) expect(paint({ gaps: [{ from: 0.8, to: 0.9 }] })).toBe(0);
  // Within a column nothing looks different; the next column is painted in full.
  expect([paint({ playedShare: 0.52 }), paint({ playedShare: 0.63 }), paint()]).toEqual([0, 4, 4]);
  expect([paint({ colour: '#000' }), paint({ colour: '#000' }), paint()]).toEqual([4, 0, 4]);
  expect([paint({ gaps: [] }), paint({ gaps: [{ from: 0.8, to: 0.95 }] }), paint()]).toEqual([4, 4, 4]);
  expect([paint({ columns: Float64Array.of(4, 4, 4, 4) }), paint()]).toEqual([4, 4]);
  canvas.clientWidth = 120;
  expect([paint(), paint()]).toEqual([4, 0]);
});
