import { describe, expect, it } from 'vitest';
import { PX_PER_BAR_DEFAULT, Viewport } from '../../../../../src/lib/charts/viewport.ts';

function viewOf(bars: number, width = 600): Viewport {
  const viewport = new Viewport();
  viewport.eased = false;
  viewport.resize(width);
  viewport.restart(0, bars, null);
  return viewport;
}

describe('Viewport', () => {
  it('begins at the newest bar, with a little room to its right', () => {
    const viewport = viewOf(500);
    expect(viewport.follow).toBe(true);
    expect(viewport.x(499)).toBeLessThan(600);
    expect(viewport.x(499)).toBeGreaterThan(570);
    expect(viewport.indexAt(viewport.x(450))).toBeCloseTo(450);
  });

  it('moves along with new bars while the newest is in view', () => {
    const viewport = viewOf(500);
    const x = viewport.x(499);
    expect(viewport.setBars(0, 501)).toBe(true);
    expect(viewport.x(500)).toBeCloseTo(x);
  });

  it('stays where it was panned to when bars come, at either end', () => {
    const viewport = viewOf(500);
    viewport.panBy(2000);
    const index = viewport.indexAt(300);
    expect(viewport.follow).toBe(false);
    viewport.setBars(0, 510);
    viewport.setBars(-200, 510);
    expect(viewport.indexAt(300)).toBe(index);
  });

  it('keeps its zoom when bars come', () => {
    const viewport = viewOf(500);
    viewport.zoomAt(2, 500);
    const { pxPerBar } = viewport;
    for (let end = 501; end < 600; end += 1) viewport.setBars(0, end);
    expect(viewport.pxPerBar).toBe(pxPerBar);
  });

  it('zooms about a point: the bar there stays there', () => {
    const viewport = viewOf(500);
    viewport.panBy(1000);
    const index = viewport.indexAt(200);
    viewport.zoomAt(1.7, 200);
    expect(viewport.indexAt(200)).toBeCloseTo(index);
    viewport.zoomAt(0.4, 200);
    expect(viewport.indexAt(200)).toBeCloseTo(index);
  });

  it('opens no free room on the right by zooming out while it follows', () => {
    const viewport = viewOf(5000);
    viewport.zoomAt(0.3, 100);
    expect(viewport.follow).toBe(true);
    expect(600 - viewport.x(4999)).toBeLessThan(20);
  });

  it('cannot be panned away from all bars', () => {
    const viewport = viewOf(50);
    viewport.panBy(1e6);
    expect(viewport.x(0)).toBeLessThan(600);
    viewport.panBy(-1e6);
    expect(viewport.x(49)).toBeGreaterThan(0);
  });

  it('follows again once the newest bar is panned back into view, and after a reset', () => {
    const viewport = viewOf(500);
    viewport.panBy(900);
    expect(viewport.follow).toBe(false);
    viewport.panBy(-900);
    expect(viewport.follow).toBe(true);
    viewport.zoomAt(4, 10);
    viewport.panBy(5000);
    viewport.reset();
    expect(viewport.follow).toBe(true);
    expect(viewport.pxPerBar).toBe(PX_PER_BAR_DEFAULT);
  });

  it('slides to a new bar within 120 ms, and jumps after a burst', () => {
    const viewport = viewOf(500);
    viewport.eased = true;
    const x = viewport.x(499);
    viewport.setBars(0, 501);
    expect(viewport.x(499)).toBeCloseTo(x);
    viewport.advance(60);
    expect(viewport.x(499)).toBeCloseTo(x - PX_PER_BAR_DEFAULT / 2);
    viewport.advance(60);
    expect(viewport.isSliding).toBe(false);
    expect(viewport.x(500)).toBeCloseTo(x);
    viewport.setBars(0, 540);
    expect(viewport.isSliding).toBe(false);
  });

  it('keeps the newest bar at the right edge when the plot gets wider', () => {
    const viewport = viewOf(500);
    viewport.resize(900);
    expect(900 - viewport.x(499)).toBeLessThan(20);
  });

  it('reveals a bar by the shortest way', () => {
    const viewport = viewOf(500);
    viewport.reveal(100);
    expect(viewport.x(100)).toBeCloseTo(PX_PER_BAR_DEFAULT / 2);
    const { right } = viewport;
    viewport.reveal(120);
    expect(viewport.right).toBe(right);
  });

  it('shows a series that begins empty from its first bar on', () => {
    const viewport = viewOf(0);
    viewport.setBars(0, 1);
    expect(viewport.follow).toBe(true);
    expect(viewport.x(0)).toBeGreaterThan(570);
  });
});
