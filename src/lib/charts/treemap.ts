export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Lays weights out in a box as tiles whose areas are in proportion and whose sides are as equal as they can be: Bruls, Huizing and
 * van Wijk, "Squarified treemaps" (2000). Rows are laid along the shorter side of what is left; a row ends when one more tile would
 * make its worst one longer. Weights must not be negative; those of zero get no area. Heaviest first gives the best shapes, and the
 * boxes come in the order of the weights.
 */
export function squarify(weights: readonly number[], box: Box): Box[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) return weights.map(() => ({ x: box.x, y: box.y, width: 0, height: 0 }));
  const scale = (box.width * box.height) / total;
  const areas = weights.map((weight) => weight * scale);
  const boxes: Box[] = [];
  let { x, y, width, height } = box;
  let from = 0;
  while (from < areas.length) {
    const side = Math.min(width, height);
    let to = from + 1;
    let sum = areas[from]!;
    let least = sum;
    while (to < areas.length) {
      const next = areas[to]!;
      if (
        worst(sum + next, Math.min(least, next), areas[from]!, side) > worst(sum, least, areas[from]!, side)
      )
        break;
      sum += next;
      least = Math.min(least, next);
      to += 1;
    }
    const isLast = to === areas.length;
    const thickness = isLast ? Math.max(width, height) : side === 0 ? 0 : sum / side;
    let along = 0;
    for (let at = from; at < to; at += 1) {
      const length = sum === 0 ? 0 : (side * areas[at]!) / sum;
      boxes.push(
        width >= height
          ? { x, y: y + along, width: thickness, height: length }
          : { x: x + along, y, width: length, height: thickness },
      );
      along += length;
    }
    if (width >= height) {
      x += thickness;
      width = Math.max(0, width - thickness);
    } else {
      y += thickness;
      height = Math.max(0, height - thickness);
    }
    from = to;
  }
  return boxes;
}

/** How much longer than wide the worst tile of a row is, when its areas have this sum, least and greatest. */
function worst(sum: number, least: number, greatest: number, side: number): number {
  const square = side * side;
  if (sum === 0 || least === 0) return Number.POSITIVE_INFINITY;
  return Math.max((square * greatest) / (sum * sum), (sum * sum) / (square * least));
}

export type Heading = 'left' | 'right' | 'up' | 'down';

/**
 * The box that a viewer means who goes from one in a direction: the nearest that lies that way, sideways distance counted twice.
 * -1 when none does.
 */
export function neighbour(boxes: readonly Box[], from: number, heading: Heading): number {
  const start = boxes[from];
  if (start === undefined) return -1;
  const [startX, startY] = middle(start);
  let best = -1;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let at = 0; at < boxes.length; at += 1) {
    if (at === from) continue;
    const [x, y] = middle(boxes[at]!);
    const [ahead, aside] =
      heading === 'left'
        ? [startX - x, y - startY]
        : heading === 'right'
          ? [x - startX, y - startY]
          : heading === 'up'
            ? [startY - y, x - startX]
            : [y - startY, x - startX];
    if (ahead <= 0.5) continue;
    const distance = ahead + 2 * Math.abs(aside);
    if (distance < bestDistance) {
      best = at;
      bestDistance = distance;
    }
  }
  return best;
}

/** The box at a place; -1 beside all. */
export function boxAt(boxes: readonly Box[], x: number, y: number): number {
  return boxes.findIndex(
    (box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
  );
}

function middle({ x, y, width, height }: Box): [number, number] {
  return [x + width / 2, y + height / 2];
}
