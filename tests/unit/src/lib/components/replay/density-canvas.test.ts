import { expect, test } from 'vitest';
import { columnCount, drawDensity } from '../../../../../../src/lib/components/replay/density-canvas.ts';

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
