/** Pauses between attempts to bring one instrument back. */
const RESYNC_PAUSE_MS_MIN = 1_000;
const RESYNC_PAUSE_MS_MAX = 60_000;
/** An instrument that was live for this long is brought back at once again. */
const CALM_US = 60_000_000;
/** A subscription that the venue never answered is tried again this often. */
const UNANSWERED_RETRY_US = 60_000_000;

type Phase =
  'queued' | 'asked' | 'acknowledged' | 'live' | 'faulted' | 'resyncing' | 'refused' | 'unanswered';

interface Asked {
  phase: Phase;
  /** When the next thing has to be done about it; Infinity = nothing. */
  dueUs: number;
  /** Attempts since it was last well. */
  tries: number;
  liveUs: number;
  /** When its frames went out and nothing has come of it yet; Infinity = nothing is awaited, or its lateness was told. */
  awaitedUs: number;
}

/** What has to be done now about one symbol. */
export interface DueSubscription {
  readonly symbol: string;
  readonly action: 'subscribe' | 'resync' | 'tell';
  /** One sentence when the viewer has to hear of it. */
  readonly told: string;
}

/**
 * What one connection asked its venue for, and how far each subscription has come. It sends nothing and owns no timer.
 * Invariant: a symbol that is not live has a time at which something is done about it, or was refused, or waits to be sent.
 */
export class SubscriptionBook {
  readonly #ackTimeoutUs: number;
  readonly #random: () => number;
  readonly #asked = new Map<string, Asked>();

  constructor(ackTimeoutMs: number, random: () => number) {
    this.#ackTimeoutUs = ackTimeoutMs * 1000;
    this.#random = random;
  }

  has(symbol: string): boolean {
    return this.#asked.has(symbol);
  }

  /** What the venue was asked for and has not refused. */
  get served(): string[] {
    const isServed = ({ phase }: Asked): boolean => phase !== 'queued' && phase !== 'refused';
    return [...this.#asked].flatMap(([symbol, asked]) => (isServed(asked) ? [symbol] : []));
  }

  isLive(symbol: string): boolean {
    return this.#asked.get(symbol)?.phase === 'live';
  }

  /** Whether the venue has answered for every symbol, well or not. */
  get isSettled(): boolean {
    for (const { phase } of this.#asked.values()) {
      if (phase !== 'live' && phase !== 'refused' && phase !== 'unanswered') return false;
    }
    return true;
  }

  queue(symbols: readonly string[]): void {
    for (const symbol of symbols)
      this.#asked.set(symbol, {
        phase: 'queued',
        dueUs: Infinity,
        tries: 0,
        liveUs: 0,
        awaitedUs: Infinity,
      });
  }

  forget(symbol: string): void {
    this.#asked.delete(symbol);
  }

  /** The frames that ask for these are out: the time to answer begins. */
  sent(symbols: readonly string[], nowUs: number): void {
    for (const symbol of symbols) {
      const asked = this.#asked.get(symbol);
      if (asked?.phase === 'queued') {
        enter(asked, 'asked', nowUs + this.#ackTimeoutUs);
        asked.awaitedUs = nowUs;
      } else if (asked?.phase === 'resyncing') asked.dueUs = nowUs + this.#ackTimeoutUs;
    }
  }

  /** A channel was taken: its data, too, has to come in time. */
  acknowledged(symbol: string, nowUs: number): void {
    const asked = this.#asked.get(symbol);
    if (asked === undefined || asked.phase === 'live') return;
    if (asked.phase === 'resyncing' || asked.phase === 'faulted') return;
    enter(asked, 'acknowledged', nowUs + this.#ackTimeoutUs);
  }

  /** False when the symbol was not asked for. */
  live(symbol: string, nowUs: number): boolean {
    const asked = this.#asked.get(symbol);
    if (asked === undefined) return false;
    if (asked.phase !== 'live') asked.liveUs = nowUs;
    enter(asked, 'live', Infinity);
    return true;
  }

  refused(symbol: string): void {
    const asked = this.#asked.get(symbol);
    if (asked !== undefined) enter(asked, 'refused', Infinity);
  }

  /** Takes a fault; true when the instrument is to be brought back now, false when that is under way or has to wait. */
  fault(symbol: string, nowUs: number): boolean {
    const asked = this.#asked.get(symbol);
    if (asked === undefined || asked.phase === 'faulted' || asked.phase === 'resyncing') return false;
    if (asked.phase === 'live' && nowUs - asked.liveUs >= CALM_US) asked.tries = 0;
    if (asked.tries === 0) return true;
    enter(asked, 'faulted', nowUs + this.#pauseUs(asked.tries));
    return false;
  }

  /** The frames that bring it back wait to be sent: asking again meanwhile would only make the queue longer. */
  resyncing(symbol: string): void {
    const asked = this.#asked.get(symbol);
    if (asked === undefined) return;
    asked.tries += 1;
    enter(asked, 'resyncing', Infinity);
  }

  /** Those of which nothing has come for so long since they were asked for. Each is told once. */
  late(nowUs: number, lateUs: number): string[] {
    const late: string[] = [];
    for (const [symbol, asked] of this.#asked) {
      if (asked.phase !== 'asked' || nowUs - asked.awaitedUs < lateUs) continue;
      asked.awaitedUs = Infinity;
      late.push(symbol);
    }
    return late;
  }

  /** What has to be done now. Each is told once. */
  due(nowUs: number): DueSubscription[] {
    const due: DueSubscription[] = [];
    for (const [symbol, asked] of this.#asked) {
      if (asked.dueUs <= nowUs) {
        const next = this.#next(symbol, asked, nowUs);
        if (next !== null) due.push(next);
      }
    }
    return due;
  }

  #next(symbol: string, asked: Asked, nowUs: number): DueSubscription | null {
    switch (asked.phase) {
      case 'asked':
      case 'acknowledged': {
        const isAsked = asked.phase === 'asked';
        if (asked.tries === 0) {
          asked.tries = 1;
          if (isAsked) enter(asked, 'queued', Infinity);
          return { symbol, action: isAsked ? 'subscribe' : 'resync', told: '' };
        }
        enter(asked, 'unanswered', nowUs + UNANSWERED_RETRY_US);
        const told = isAsked ? 'The subscription was not answered.' : 'No data followed the subscription.';
        return { symbol, action: 'tell', told };
      }
      case 'unanswered':
        enter(asked, 'queued', Infinity);
        return { symbol, action: 'subscribe', told: '' };
      case 'resyncing':
        enter(asked, 'faulted', nowUs + this.#pauseUs(asked.tries));
        return null;
      case 'faulted':
        return { symbol, action: 'resync', told: '' };
      case 'queued':
      case 'live':
      case 'refused':
        return null;
      default:
        return asked.phase satisfies never;
    }
  }

  #pauseUs(tries: number): number {
    const limitMs = Math.min(RESYNC_PAUSE_MS_MAX, RESYNC_PAUSE_MS_MIN * 2 ** Math.min(tries - 1, 10));
    return limitMs * (0.5 + this.#random() / 2) * 1000;
  }
}

function enter(asked: Asked, phase: Phase, dueUs: number): void {
  asked.phase = phase;
  asked.dueUs = dueUs;
}
