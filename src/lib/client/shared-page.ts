import type { Channel, DictionaryEntry } from '#protocol';
import type { ClientClock } from './client-clock.ts';
import { CommitBuilder } from './commit-builder.ts';
import { NO_LIMITS, type ConnectionLimits } from './connection-limits.ts';
import type { ConnectionReport } from './connection-report.ts';
import { PageDelay } from './page-delay.ts';
import { PageLimits } from './page-limits.ts';
import { namesInstrument } from './selector-reach.ts';
import type { PageSubscription } from './shared-subscriptions.ts';
import type { PageToWorker, WorkerToPage } from './worker-api.ts';
import type { WorkerHost } from './worker-host.ts';

export type PostToPage = (message: WorkerToPage, transfer: ArrayBuffer[]) => void;
type MessageOf<Type extends PageToWorker['type']> = Extract<PageToWorker, { type: Type }>;

/**
 * Where a page gets its market from. `away`: it has not begun, or has not been heard of for long. `shared`: the connection of all.
 * `own`: one of its own.
 */
export type PagePlace = 'away' | 'shared' | 'own';

/**
 * One page of a worker that serves several: what it wishes, what waits for it, and whether anybody sees it. It opens nothing
 * itself. Invariant: never more commits than pulls.
 */
export class SharedPage {
  readonly pending = new CommitBuilder();
  readonly delay = new PageDelay();
  readonly wishes = new Map<number, PageSubscription>();
  /** Questions on the shared connection that wait for their answer. */
  readonly asked = new Map<number, { abort: AbortController; message: MessageOf<'history'> }>();
  place: PagePlace = 'away';
  /** Set while `place` is 'own'. */
  own: WorkerHost | null = null;
  /** The page's first word, to begin again with; null before it and after the page's end. */
  started: MessageOf<'start'> | null = null;
  isVisible = true;
  isPulled = false;
  /** Its wishes did not fit into the shared connection. */
  isCrowding = false;
  /** It holds a lock: its end is told, and its silence means nothing. */
  hasLock = false;
  heardAtUs: number;
  /** Ceilings as the viewer chose them. */
  chosen: ConnectionLimits = NO_LIMITS;
  /** As they apply now: less while nobody sees the page. */
  current: ConnectionLimits = NO_LIMITS;
  readonly #post: PostToPage;
  readonly #limits: PageLimits;
  /** By instrument id, whether its quotes are wished for; null = to be found out anew. */
  #quotes: Uint8Array | null = null;

  /** @param onLimits its ceilings changed */
  constructor(post: PostToPage, clock: ClientClock, onLimits: () => void) {
    this.#post = post;
    this.heardAtUs = clock.nowUs();
    this.#limits = new PageLimits(clock, (limits) => {
      this.current = limits;
      onLimits();
    });
  }

  /** Sends a commit: the pull that it answers is used up. */
  send(commit: WorkerToPage, transfer: ArrayBuffer[]): void {
    this.isPulled = false;
    this.#post(commit, transfer);
  }

  setVisible(isVisible: boolean): void {
    this.isVisible = isVisible;
    this.delay.setVisible(isVisible);
    this.#limits.setVisible(isVisible);
  }

  choose(limits: ConnectionLimits): void {
    this.chosen = limits;
    this.#limits.choose(limits);
  }

  /** The rate that a wish comes to now, Hz. */
  rateOf({ maxRateHz }: PageSubscription): number {
    return Math.min(maxRateHz, this.current.maxRateHz);
  }

  wish(number: number, wish: PageSubscription): void {
    this.wishes.set(number, wish);
    this.#quotes = null;
  }

  forget(number: number): void {
    this.wishes.delete(number);
    this.#quotes = null;
  }

  /** Other instruments are there than before. */
  forgetReach(): void {
    this.#quotes = null;
  }

  wants(channel: Channel, entry: DictionaryEntry | undefined): boolean {
    for (const wish of this.wishes.values())
      if (wish.channel === channel && namesInstrument(wish.selectors, entry)) return true;
    return false;
  }

  /** As `wants` for quotes, made for a call an update. */
  wantsQuote(instrument: number, entries: readonly (DictionaryEntry | undefined)[]): boolean {
    this.#quotes ??= Uint8Array.from(entries, (entry) => (this.wants('quote', entry) ? 1 : 0));
    return this.#quotes[instrument] !== 0;
  }

  /** What the connection is granted, as far as it is this page's: another tab may have asked for more. */
  reportFor(report: ConnectionReport): ConnectionReport {
    const quotes = [...this.wishes.values()].filter(({ channel }) => channel === 'quote');
    const fastestHz = Math.max(0, ...quotes.map((wish) => this.rateOf(wish)));
    if (fastestHz === 0 || report.granted.maxRateHz <= fastestHz) return report;
    return { ...report, granted: { ...report.granted, maxRateHz: fastestHz } };
  }

  /** Leaves no timer. */
  close(): void {
    this.#limits.close();
  }
}
