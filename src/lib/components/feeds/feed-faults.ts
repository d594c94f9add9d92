import type { FeedStatus } from '#protocol';

export interface FaultLine {
  readonly label: string;
  readonly count: number;
}

/** What is counted of a feed, in the reader's words; several counters of one meaning are added up. In the order of the page. */
const LINES: readonly (readonly [label: string, counters: readonly string[]])[] = [
  ['Reconnects', ['reconnects']],
  ['Gaps', ['fault_gap', 'trades_missing']],
  ['Checksums', ['fault_checksum']],
  ['Malformed', ['fault_malformed', 'malformed_frames', 'malformed_trades']],
  ['Unknown', ['unknown_frames', 'unknown_instrument', 'unexpected_frames']],
  ['Duplicates', ['duplicate_trades']],
  ['Crossed books', ['fault_crossed']],
  ['Out of order', ['fault_order', 'out_of_order_trades']],
  ['Silences', ['silences']],
  ['Late', ['late_heartbeats', 'late_answers', 'late_openings']],
  ['Overruns', ['trades_overrun']],
];

/** Lines that are shown as zero too: that nothing is wrong is what a reader looks for. */
const ALWAYS = 6;

/** Reports of what went well, or that say the same as another line. */
const NOT_FAULTS: ReadonlySet<string> = new Set([
  'gaps_filled',
  'trades_filled',
  'trade_holes',
  'rotations',
  'disconnects',
  'held_frames',
]);

/** Faults and repairs of a feed since its start, with a line for each counter that nobody described. */
export function faultLines({ counters }: Pick<FeedStatus, 'counters'>): FaultLine[] {
  if (counters === undefined) return [];
  const described = new Set(LINES.flatMap(([, names]) => names));
  const lines = LINES.map(([label, names]) => ({
    label,
    count: names.reduce((sum, name) => sum + (counters[name] ?? 0), 0),
  }));
  const others = Object.entries(counters)
    .filter(([name, count]) => count > 0 && !described.has(name) && !NOT_FAULTS.has(name))
    .map(([name, count]) => ({ label: sentenceCase(name), count }));
  return [...lines.filter(({ count }, at) => at < ALWAYS || count > 0), ...others];
}

/** `adapter_errors` -> `Adapter errors`. */
function sentenceCase(name: string): string {
  const words = name.replace(/^fault_/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
