import type { DictionaryEntry, QuoteColumns } from '#protocol';
import { squarify, type Box } from '../../charts/treemap.ts';
import { turnover } from '../watch/row-fields.ts';
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
 */
export function layOutHeatmap(
  entries: readonly DictionaryEntry[],
  columns: QuoteColumns,
  order: HeatmapOrder,
  box: Box,
): HeatmapLayout {
  const weighed = weigh(entries, columns, order.size);
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
  return { tiles, groups: shownGroups, left: entries.length - tiles.length };
}

interface Weighed {
  readonly entry: DictionaryEntry;
  readonly weight: number;
}

/** Heaviest first. */
function weigh(
  entries: readonly DictionaryEntry[],
  columns: QuoteColumns,
  size: HeatmapOrder['size'],
): Weighed[] {
  if (size === 'equal') return entries.map((entry) => ({ entry, weight: 1 }));
  const rates = usdRates(entries, columns);
  const weighed = entries.map((entry) => {
    const value = turnover(entry, columns) * (rates.get(entry.currency) ?? 1);
    return { entry, weight: value > 0 && Number.isFinite(value) ? value : 0 };
  });
  if (weighed.every(({ weight }) => weight === 0)) return entries.map((entry) => ({ entry, weight: 1 }));
  return weighed.sort((a, b) => b.weight - a.weight);
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
