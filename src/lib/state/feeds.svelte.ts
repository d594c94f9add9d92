import type { FeedStatus, StatusMessage } from '#protocol';
import type { ClientCounters } from '../client/client-api.ts';
import type { FeedsView } from './market.ts';

/** State of the sources and what was lost: the server's counters, and the page's own under `page:`. */
export class Feeds implements FeedsView {
  feeds = $state.raw<readonly FeedStatus[]>([]);
  counters = $state.raw<Readonly<Record<string, number>>>({});
  /** Instruments whose feed says that they cannot be trusted now, and why. */
  stale = $state.raw<ReadonlyMap<number, string>>(new Map());
  #server: Readonly<Record<string, number>> = {};
  #page: Record<string, number> = {};

  onStatus(status: StatusMessage): void {
    this.feeds = status.feeds;
    this.#server = status.counters;
    if (status.stale !== undefined)
      this.stale = new Map(status.stale.map(({ instrument, reason }) => [instrument, reason]));
    this.#merge();
  }

  onCounters(counters: ClientCounters): void {
    this.#page = {};
    for (const [reason, count] of Object.entries(counters))
      if (count > 0) this.#page[`page:${reason}`] = count;
    this.#merge();
  }

  /** New only when something differs, so that readers are not woken once a second for nothing. */
  #merge(): void {
    const merged = { ...this.#server, ...this.#page };
    const names = Object.keys(merged);
    const same =
      names.length === Object.keys(this.counters).length &&
      names.every((name) => merged[name] === this.counters[name]);
    if (!same) this.counters = merged;
  }
}
