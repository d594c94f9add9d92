import type { Side } from '../../state/layout/layout-moves.ts';
import type { Places, Rect } from '../../state/layout/layout-places.ts';
import type { PanelId } from '../../state/layout/layout-tree.ts';

/** Where a dragged panel would go. */
export interface DropPlace {
  readonly target: PanelId;
  readonly side: Side;
  /** The room that it would get, for a picture of it. */
  readonly rect: Rect;
}

/** The place at a point: the half of the panel below it whose border is nearest. Null over the dragged panel itself. */
export function dropPlace({ panels }: Places, dragged: PanelId, x: number, y: number): DropPlace | null {
  for (const [target, rect] of panels) {
    const across = (x - rect.left) / rect.width;
    const down = (y - rect.top) / rect.height;
    if (across < 0 || across > 1 || down < 0 || down > 1) continue;
    if (target === dragged) return null;
    const nearest = Math.min(across, 1 - across, down, 1 - down);
    const side: Side =
      nearest === across ? 'left' : nearest === 1 - across ? 'right' : nearest === down ? 'above' : 'below';
    return { target, side, rect: half(rect, side) };
  }
  return null;
}

function half(rect: Rect, side: Side): Rect {
  const width = side === 'left' || side === 'right' ? rect.width / 2 : rect.width;
  const height = side === 'above' || side === 'below' ? rect.height / 2 : rect.height;
  return {
    left: side === 'right' ? rect.left + width : rect.left,
    top: side === 'below' ? rect.top + height : rect.top,
    width,
    height,
  };
}
