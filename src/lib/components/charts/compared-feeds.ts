import type { BarInterval, DictionaryEntry } from '#protocol';
import { instrumentKey } from '../../../protocol/instrument.ts';
import { ComparedSeries } from '#lib/charts/compared-series.ts';
import type { PriceChart } from '#lib/charts/price-chart.ts';
import type { BarStream, Market } from '#lib/state/market.ts';

interface Feed {
  readonly compared: ComparedSeries;
  stream: BarStream | null;
  hasMore: boolean;
  isLoading: boolean;
}

/** Streams of the symbols that a chart compares with its own. Loads as far back as the chart has bars, and no further. */
export class ComparedFeeds {
  readonly #chart: PriceChart;
  readonly #feeds: readonly Feed[];

  constructor(
    chart: PriceChart,
    market: Market,
    entries: readonly DictionaryEntry[],
    interval: BarInterval,
    count: number,
  ) {
    this.#chart = chart;
    this.#feeds = entries.map((entry) => {
      const compared = new ComparedSeries(instrumentKey(entry), entry.symbol);
      const feed: Feed = { compared, stream: null, hasMore: false, isLoading: false };
      const took = (more: boolean): void => {
        feed.hasMore = more;
        feed.isLoading = false;
        this.keepUp();
        chart.redraw();
      };
      feed.stream = market.openBars(entry.id, interval, count, {
        onRows(rows, more) {
          compared.series.reset(rows);
          took(more);
        },
        onOlder(rows, more) {
          compared.series.prepend(rows);
          took(more);
        },
        onBar(startS, open, high, low, close, volume) {
          compared.series.upsert(startS, open, high, low, close, volume);
          chart.redraw();
        },
      });
      return feed;
    });
    chart.setCompared(this.#feeds.map(({ compared }) => compared));
  }

  /** The chart may have older bars now. */
  keepUp(): void {
    const { series } = this.#chart.plot;
    if (series.length === 0) return;
    for (const feed of this.#feeds) {
      const own = feed.compared.series;
      if (feed.isLoading || !feed.hasMore || own.length === 0) continue;
      if (own.startAt(own.first) <= series.startAt(series.first)) continue;
      feed.isLoading = true;
      feed.stream?.loadOlder();
    }
  }

  close(): void {
    for (const { stream } of this.#feeds) stream?.close();
    this.#chart.setCompared([]);
  }
}
