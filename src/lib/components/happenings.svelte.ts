import type { FeedStatus } from '#protocol';
import { formatAge, formatCount } from '../format/index.ts';
import type { ConnectionPhase, Market } from '../state/market.ts';

export type HappeningKind = 'connection' | 'feed' | 'timeline' | 'loss';

export interface Happening {
  /** Rises by one a happening; the list is keyed by it. */
  number: number;
  kind: HappeningKind;
  /** The machine's own time, us: what happens to the page happens now, also while a recording plays. */
  atUs: number;
  /** Of a loss, what follows the sentence of its counter. */
  text: string;
  /** What was counted of a loss: `lossSentence` says it in words, where the log is read. */
  counter: string | null;
}

const HAPPENINGS_MAX = 200;

/**
 * What the viewer may want to know afterwards: lost connections, feeds that stopped, silence that was skipped, updates that
 * were lost or refused. Fed by comparing what the market says with what it said before; nothing here ticks with prices.
 */
export class Happenings {
  #list = $state.raw<readonly Happening[]>([]);
  #next = 1;
  #phase: ConnectionPhase = 'snapshot';
  #attempts = 1;
  readonly #feeds = new Map<string, FeedStatus['state']>();
  readonly #counters = new Map<string, number>();
  #countersSeen = false;
  #skip: Market['timeline']['skips'][number] | undefined;
  #throttled = '';

  /** Newest first. */
  get list(): readonly Happening[] {
    return this.#list;
  }

  add(kind: HappeningKind, text: string, counter: string | null = null): void {
    const happening = { number: this.#next, kind, atUs: Date.now() * 1000, text, counter };
    this.#next += 1;
    this.#list = [happening, ...this.#list].slice(0, HAPPENINGS_MAX);
  }

  /** Notes the changes since the last call. Call it from an effect: it reads the market's runes. */
  watchConnection(market: Market): void {
    const { phase, attempt, message, missedUpdates, throttled } = market.connection;
    if (attempt > 0) this.#attempts = attempt;
    if (phase !== this.#phase) {
      if (phase === 'live' && this.#phase !== 'recovered') this.add('connection', 'Connected.');
      if (phase === 'reconnecting') this.add('connection', `Connection lost. ${message}`.trim());
      if (phase === 'recovered') {
        const missed = missedUpdates > 0 ? `Missed ${formatCount(missedUpdates)} updates, all applied.` : '';
        const attempts = this.#attempts === 1 ? '1 attempt' : `${this.#attempts} attempts`;
        this.add('connection', `Connected again after ${attempts}. ${missed}`.trim());
      }
      if (phase === 'stopped') this.add('connection', `Connection ended. ${message}`.trim());
      this.#phase = phase;
    }
    if (throttled !== this.#throttled) {
      if (throttled !== '') this.add('connection', throttled);
      this.#throttled = throttled;
    }
  }

  watchFeeds(market: Market): void {
    for (const feed of market.feeds.feeds) {
      const before = this.#feeds.get(feed.name);
      this.#feeds.set(feed.name, feed.state);
      if (before === undefined || before === feed.state) continue;
      this.add('feed', `${feed.name}: ${feed.state}. ${feed.message}`.trim());
    }
    const { counters } = market.feeds;
    for (const [reason, count] of Object.entries(counters)) {
      const before = this.#counters.get(reason) ?? 0;
      this.#counters.set(reason, count);
      // The first report counts from the server's start: one line says so, later ones say what is new.
      if (count > before) {
        const added = before === 0 ? '' : `, ${formatCount(count - before)} of them new`;
        const since = this.#countersSeen ? added : ' since the start';
        this.add('loss', `: ${formatCount(count)}${since}.`, reason);
      }
    }
    if (Object.keys(counters).length > 0 || market.feeds.feeds.length > 0) this.#countersSeen = true;
  }

  watchTimeline(market: Market): void {
    const { skips } = market.timeline;
    // The list is bounded, so that what is new is what comes after the last one seen.
    const seen = this.#skip === undefined ? -1 : skips.indexOf(this.#skip);
    for (const skip of skips.slice(seen + 1)) {
      this.add('timeline', skipSentence(skip.toTimeUs - skip.fromTimeUs));
    }
    this.#skip = skips.at(-1);
  }
}

/** `Skipped 21 d with no data.` */
export function skipSentence(lengthUs: number): string {
  return `Skipped ${formatAge(lengthUs / 1000)} with no data.`;
}
