import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxAt, neighbour, squarify } from '../../../../../src/lib/charts/treemap.ts';

const BOX = { x: 10, y: 20, width: 600, height: 400 };

describe('squarify', () => {
  test('lays the example of its authors out as they drew it', () => {
    const boxes = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
    expect(boxes.map(({ x, y, width, height }) => [x, y, width, height].map((it) => +it.toFixed(2)))).toEqual(
      [
        [0, 0, 3, 2],
        [0, 2, 3, 2],
        [3, 0, 1.71, 2.33],
        [4.71, 0, 1.29, 2.33],
        [3, 2.33, 1.2, 1.67],
        [4.2, 2.33, 1.2, 1.67],
        [5.4, 2.33, 0.6, 1.67],
      ],
    );
  });

  test('keeps areas in proportion, fills the box and overlaps nothing, whatever the weights', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (weights) => {
          const sorted = weights.toSorted((a, b) => b - a);
          const total = sorted.reduce((sum, weight) => sum + weight, 0);
          const boxes = squarify(sorted, BOX);
          expect(boxes).toHaveLength(sorted.length);
          boxes.forEach(({ x, y, width, height }, at) => {
            expect(width * height).toBeCloseTo((sorted[at]! / total) * BOX.width * BOX.height, 3);
            expect(x).toBeGreaterThanOrEqual(BOX.x - 1e-6);
            expect(y).toBeGreaterThanOrEqual(BOX.y - 1e-6);
            expect(x + width).toBeLessThanOrEqual(BOX.x + BOX.width + 1e-6);
            expect(y + height).toBeLessThanOrEqual(BOX.y + BOX.height + 1e-6);
          });
          for (let one = 0; one < boxes.length; one += 1) {
            for (let other = one + 1; other < boxes.length; other += 1) {
              const [a, b] = [boxes[one]!, boxes[other]!];
              const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
              const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
              expect(Math.min(wide, high)).toBeLessThan(1e-6);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('gives weights of nothing no area, and an empty list no boxes', () => {
    expect(squarify([], BOX)).toEqual([]);
    expect(squarify([0, 0], BOX)).toEqual(
      Array.from({ length: 2 }, () => ({ x: 10, y: 20, width: 0, height: 0 })),
    );
    const [whole, none] = squarify([1, 0], BOX);
    expect(whole!.width * whole!.height).toBeCloseTo(600 * 400);
    expect(none!.width * none!.height).toBe(0);
  });
});

describe('going from box to box', () => {
  const boxes = squarify([1, 1, 1, 1], { x: 0, y: 0, width: 100, height: 100 });
  const at = (x: number, y: number): number => boxAt(boxes, x, y);

  test('finds the one that lies that way, and none at the edge', () => {
    expect(neighbour(boxes, at(1, 1), 'right')).toBe(at(99, 1));
    expect(neighbour(boxes, at(1, 1), 'down')).toBe(at(1, 99));
    expect(neighbour(boxes, at(99, 99), 'left')).toBe(at(1, 99));
    expect(neighbour(boxes, at(99, 99), 'up')).toBe(at(99, 1));
    expect(neighbour(boxes, at(1, 1), 'left')).toBe(-1);
    expect(neighbour(boxes, -1, 'left')).toBe(-1);
  });
});
