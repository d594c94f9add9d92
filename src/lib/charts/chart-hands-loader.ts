import { InvariantError } from '../../protocol/invariant.ts';

type ChartHands = typeof import('./chart-hands.ts');

let hands: ChartHands | null = null;

/** What moves and reads charts. A view that was moved and a bar that is read have loaded it before, on whichever chart of the page. */
export function chartHands(): ChartHands {
  if (hands === null) throw new InvariantError('a chart is moved before the code for it is here');
  return hands;
}

export async function loadChartHands(): Promise<ChartHands> {
  hands ??= await import('./chart-hands.ts');
  return hands;
}
