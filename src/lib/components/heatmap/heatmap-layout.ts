import type { DictionaryEntry, QuoteColumns } from '#protocol';
import { squarify, type Box } from '../../charts/treemap.ts';
import { wholeCurrency } from '../../state/currency-pairs.ts';
import { turnover } from '../watch/dollar-turnover.ts';
import { usdRates } from './usd-rates.ts';

export interface Tile {
  readonly entry: DictionaryEntry;
  readonly box: Box;
}

export interface TileGroup {
  readonly label: string;
  readonly box: Box;
  /** Height of the strip with its name, px; 0 where there is no room for one. */
  readonly headPx: number;
}

export interface HeatmapLayout {
  /** Group by group, largest first. */
  readonly tiles: readonly Tile[];
  readonly groups: readonly TileGroup[];
  /** Instruments that are too small to be shown. */
  readonly left: number;
  /** Currencies that nothing leads to dollars from; empty text = one that is not told. */
  readonly unrated: readonly string[];
}

export interface HeatmapOrder {
  readonly size: 'turnover' | 'equal';
  groupOf(entry: DictionaryEntry): string;
}

/** More tiles than this are dots that nobody can read. */
const TILES_MAX = 1000;
/** Area that a tile needs to be seen at all, px². */
const TILE_AREA_MIN = 40;
const HEAD_PX = 18;
const HEAD_ROOM_PX = 54;
const GAP_PX = 3;

/**
 * Divides a box among groups, and each group's part among its instruments by turnover; without any known turnover all are equal.
 * Groups share by the root of theirs: a currency market's notional next to shares would leave the shares a sliver, and the two are
 * counted in different ways.
 * @param quoted all that has a price: pairs of currencies need not be among what is shown
 */
export function layOutHeatmap(
  entries: readonly DictionaryEntry[],
  columns: QuoteColumns,
  order: HeatmapOrder,
  box: Box,
  quoted: readonly DictionaryEntry[] = entries,
): HeatmapLayout {
  const { weighed, unrated } = weigh(entries, columns, order.size, quoted);
  const groups = new Map<string, { weight: number; members: Weighed[] }>();
  for (const item of weighed.filter(({ weight }) => weight > 0).slice(0, TILES_MAX)) {
    const label = order.groupOf(item.entry);
    const group = groups.get(label) ?? { weight: 0, members: [] };
    group.weight += item.weight;
    group.members.push(item);
    groups.set(label, group);
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.weight - a.weight);
  const boxes = squarify(
    sorted.map(([, { weight }]) => Math.sqrt(weight)),
    box,
  );
  const tiles: Tile[] = [];
  const shownGroups: TileGroup[] = [];
  sorted.forEach(([label, { members }], at) => {
    const outer = inset(boxes[at]!, sorted.length > 1 ? GAP_PX / 2 : 0);
    const headPx =
      sorted.length > 1 && outer.height > HEAD_ROOM_PX && outer.width > HEAD_ROOM_PX ? HEAD_PX : 0;
    shownGroups.push({ label, box: outer, headPx });
    const inner = { ...outer, y: outer.y + headPx, height: outer.height - headPx };
    const seen = largest(members, inner.width * inner.height);
    const weights = seen.map(({ weight }) => weight);
    squarify(weights, inner).forEach((tile, index) => tiles.push({ entry: seen[index]!.entry, box: tile }));
  });
  return { tiles, groups: shownGroups, left: entries.length - tiles.length, unrated };
}

interface Weighed {
  readonly entry: DictionaryEntry;
  readonly weight: number;
}

/**
 * Heaviest first. What has no rate to dollars is in its own proportions, and the middle one of each such currency as large as the
 * middle one of all that has a rate: taken for dollars, bitcoins would vanish and yen fill the picture.
 */
function weigh(
  entries: readonly DictionaryEntry[],
  columns: QuoteColumns,
  size: HeatmapOrder['size'],
  quoted: readonly DictionaryEntry[],
): { weighed: Weighed[]; unrated: readonly string[] } {
  const equal = { weighed: entries.map((entry) => ({ entry, weight: 1 })), unrated: [] };
  if (size === 'equal') return equal;
  const rates = usdRates(quoted, columns);
  const rated: Weighed[] = [];
  const unrated = new Map<string, Weighed[]>();
  for (const entry of entries) {
    const value = turnover(entry, columns);
    if (!(value > 0 && Number.isFinite(value))) {
      rated.push({ entry, weight: 0 });
      continue;
    }
    const [currency, parts] = wholeCurrency(entry);
    const rate = rates.get(currency);
    if (rate !== undefined) rated.push({ entry, weight: (value / parts) * rate });
    else {
      const members = unrated.get(currency) ?? [];
      members.push({ entry, weight: value / parts });
      unrated.set(currency, members);
    }
  }
  const typical = middle(rated) || 1;
  const weighed = [...rated];
  for (const members of unrated.values()) {
    const scale = typical / middle(members);
    weighed.push(...members.map(({ entry, weight }) => ({ entry, weight: weight * scale })));
  }
  if (weighed.every(({ weight }) => weight === 0)) return equal;
  return { weighed: weighed.sort((a, b) => b.weight - a.weight), unrated: [...unrated.keys()].toSorted() };
}

/** Of those that have a weight; 0 where none has. */
function middle(weighed: readonly Weighed[]): number {
  const weights = weighed.map(({ weight }) => weight).filter((weight) => weight > 0);
  return weights.toSorted((a, b) => a - b)[weights.length >> 1] ?? 0;
}

/** Leaves out the lightest, as many as it takes for the others to be seen. */
function largest(weighed: readonly Weighed[], areaPx: number): readonly Weighed[] {
  const shown = weighed.slice();
  let total = shown.reduce((sum, { weight }) => sum + weight, 0);
  while (shown.length > 1) {
    const { weight } = shown.at(-1)!;
    if ((weight / total) * areaPx >= TILE_AREA_MIN) break;
    shown.pop();
    total -= weight;
  }
  return shown;
}

function inset({ x, y, width, height }: Box, by: number): Box {
  return {
    x: x + by,
    y: y + by,
    width: Math.max(0, width - 2 * by),
    height: Math.max(0, height - 2 * by),
  };
}
