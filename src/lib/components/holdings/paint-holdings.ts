import { formatCount, formatPercent } from '../../format/index.ts';
import type { HoldingsTotal } from '../../state/holdings/valuation.ts';
import { liveElement, liveText, writeText } from '../live-text.ts';
import { moneyText, profitLook, profitRatio, profitText } from './money-text.ts';

interface TotalNodes {
  readonly value: Text;
  readonly profit: Text;
  readonly profitElement: HTMLElement;
  readonly percent: Text;
  readonly left: Text;
}

export function totalNodes(element: HTMLElement): TotalNodes {
  return {
    value: liveText(element, 'value'),
    profit: liveText(element, 'profit'),
    profitElement: liveElement(element, 'profit'),
    percent: liveText(element, 'percent'),
    left: liveText(element, 'left'),
  };
}

/** Writes a total; returns what is not in it, in a sentence. */
export function paintTotal(
  nodes: TotalNodes,
  total: HoldingsTotal,
  currency: string,
  isReplay: boolean,
): string {
  const { value, cost, profit, withoutPrice, missingPairs } = total;
  writeText(nodes.value, `${moneyText(value)} ${currency}`);
  writeText(nodes.profit, profitText(profit));
  const look = profitLook(profit);
  if (nodes.profitElement.dataset['direction'] !== look) nodes.profitElement.dataset['direction'] = look;
  const ratio = profitRatio(profit, cost);
  writeText(nodes.percent, Number.isNaN(ratio) ? '' : formatPercent(ratio));
  return leftOut(withoutPrice, missingPairs, isReplay ? 'the recording has no' : 'no feed has a');
}

function leftOut(withoutPrice: number, missingPairs: readonly string[], lacks: string): string {
  const words = [
    ...(missingPairs.length > 0 ? [`${lacks} pair of ${missingPairs.join(', or of ')}`] : []),
    ...(withoutPrice > 0 ? [`${formatCount(withoutPrice)} without a price`] : []),
  ];
  return words.length === 0 ? '' : `Not all: ${words.join('; ')}.`;
}
