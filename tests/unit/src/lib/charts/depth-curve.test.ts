import { describe, expect, it } from 'vitest';
import { DARK_PALETTE } from '../../../../../src/lib/charts/palette.ts';
import {
  depthAt,
  depthCurve,
  depthFrame,
  drawDepth,
  priceAtX,
} from '../../../../../src/lib/charts/depth-curve.ts';
import { RecordingContext } from './recording-context.ts';

const view = { bids: depthCurve([99, 5, 98, 0, 97, 7]), asks: depthCurve([101, 2, 105, 3]) };
const size = { width: 200, height: 120, pixelRatio: 1, palette: DARK_PALETTE };

describe('depth curve', () => {
  it('adds up from the best level outwards, without levels that are gone', () => {
    expect(view.bids).toEqual([
      { price: 99, total: 5 },
      { price: 97, total: 12 },
    ]);
    expect(depthCurve([])).toEqual([]);
  });

  it('says what could be traded to a price, and nothing inside the spread', () => {
    expect(depthAt(view, 98)).toEqual({ side: 'bid', point: { price: 99, total: 5 } });
    expect(depthAt(view, 97)?.point.total).toBe(12);
    expect(depthAt(view, 100)).toBeNull();
    expect(depthAt(view, 104)).toEqual({ side: 'ask', point: { price: 101, total: 2 } });
  });

  it('gives both sides the same width around the middle, so that a lean is seen as height', () => {
    const frame = depthFrame(view, size)!;
    expect(frame.fromPrice + frame.toPrice).toBeCloseTo(200);
    expect(frame.fromPrice).toBeLessThan(97);
    expect(frame.toPrice).toBeGreaterThan(105);
    expect(priceAtX(frame, 100)).toBeCloseTo(100);
    expect(depthFrame({ bids: view.bids, asks: [] }, size)).toBeNull();
  });

  it('draws the larger side to the top, and steps at each level', () => {
    const points: [number, number][] = [];
    const ctx = new RecordingContext();
    const recorder = Object.assign(ctx, {
      closePath: () => {},
      fill: () => {},
      fillText: () => {},
      lineTo: (x: number, y: number) => void points.push([x, y]),
    });
    const frame = depthFrame(view, size)!;
    drawDepth(recorder.asContext, view, frame, String);
    expect(Math.min(...points.map(([, y]) => y))).toBe(14);
    for (const [x] of points) expect(x >= 0 && x <= 200).toBe(true);
  });
});
