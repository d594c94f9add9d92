import type { BarInterval } from '#protocol';
import { isBarInterval } from '../../../protocol/channel.ts';

export interface EmbedOptions {
  /** Null = the quote alone. */
  readonly chart: 'area' | 'line' | 'candle' | null;
  readonly interval: BarInterval;
  readonly timeZone: 'utc' | 'local';
}

const CHARTS = ['area', 'line', 'candle'] as const;

/** Options as the address has them; what cannot be read keeps its default. Theme and palette are read before the first paint. */
export function readEmbedOptions(query: URLSearchParams): EmbedOptions {
  const chart = query.get('chart');
  const interval = query.get('tf') ?? '';
  return {
    chart: chart === 'none' ? null : (CHARTS.find((name) => name === chart) ?? 'area'),
    interval: isBarInterval(interval) ? interval : '1m',
    timeZone: query.get('tz') === 'local' ? 'local' : 'utc',
  };
}
