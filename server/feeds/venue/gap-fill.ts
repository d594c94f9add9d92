import type { Clock } from '../../engine/ports.ts';
import type { FeedHealth } from './feed-health.ts';
import type { Venue, VenueRest, VenueTrade } from './ports.ts';
import { TradeLedger, type IdHole } from './trade-ledger.ts';

/** How long newer trades of an instrument wait for missing ones. */
const WAIT_US_MAX = 2_000_000;
/** Two trades in the wrong order look like a hole for a moment: nobody is asked before this. */
const PATIENCE_US = 200_000;
/** Trades that wait per instrument. */
const WAITING_MAX = 5_000;
/** A longer hole is told, not filled: it would take minutes of REST requests. */
const FILL_MAX = 1_000;

interface OpenHole extends IdHole {
  readonly openedUs: number;
  /** How many of it came meanwhile. */
  found: number;
  isAsked: boolean;
  readonly waiting: VenueTrade[];
}

/** Ids of trades that never came. */
export interface TradeGap extends IdHole {
  readonly symbol: string;
  readonly missing: number;
  /** When the trades before and behind it came, us. */
  readonly fromUs: number;
  readonly toUs: number;
}

/**
 * Trades in the order of their ids, each once: repeated ones are left out, and what is missing is asked for before newer ones go on.
 *
 * Invariant: a trade is delivered once or is a repetition; each hole ends filled or told, at most 2 s after it was seen.
 */
export class GapFill {
  readonly #venue: Venue;
  readonly #rest: VenueRest;
  readonly #clock: Clock;
  readonly #health: FeedHealth;
  readonly #deliver: (trade: VenueTrade) => void;
  readonly #onGap: (gap: TradeGap) => void;
  readonly #onWhole: (symbol: string) => void;
  readonly #ledger: TradeLedger;
  readonly #holes = new Map<string, OpenHole>();
  /** Nobody asked for their trades for a while: what was missed then is no gap. */
  readonly #paused = new Set<string>();
  /** When the newest trade of each came, us. */
  readonly #takenUs = new Map<string, number>();

  constructor(options: {
    venue: Venue;
    rest: VenueRest;
    clock: Clock;
    health: FeedHealth;
    deliver: (trade: VenueTrade) => void;
    onGap: (gap: TradeGap) => void;
    /** A trade followed the one before it, or all between was filled. */
    onWhole?: (symbol: string) => void;
  }) {
    this.#venue = options.venue;
    this.#rest = options.rest;
    this.#clock = options.clock;
    this.#health = options.health;
    this.#deliver = options.deliver;
    this.#onGap = options.onGap;
    this.#onWhole = options.onWhole ?? (() => undefined);
    this.#ledger = new TradeLedger(options.venue.tradeIds);
  }

  take(trade: VenueTrade): void {
    const { symbol, id } = trade;
    const open = this.#holes.get(symbol);
    if (open !== undefined) return this.#whileOpen(open, trade);
    const verdict = this.#ledger.verdict(symbol, id);
    if (verdict === 'duplicate') {
      if (this.#ledger.isNewest(symbol, id)) this.#onWhole(symbol);
      return this.#health.count('duplicate_trades');
    }
    const wasPaused = this.#paused.delete(symbol);
    if (verdict === 'hole' && !wasPaused) {
      const hole = this.#ledger.hole(symbol, id);
      if (hole !== null) return this.#open(symbol, hole, trade);
    }
    if (verdict !== 'late') this.#onWhole(symbol);
    this.#pass(trade, verdict === 'late');
  }

  /** Whether ids tell what is missing of a symbol. */
  counts(symbol: string): boolean {
    return this.#ledger.counts(symbol);
  }

  /** These are not subscribed any more: the next trade of each follows whatever came last. */
  pause(symbols: Iterable<string>): void {
    for (const symbol of symbols) {
      const hole = this.#holes.get(symbol);
      if (hole !== undefined) this.#end(symbol, hole);
      this.#paused.add(symbol);
    }
  }

  /** Called a few times a second. */
  tick(nowUs: number): void {
    for (const [symbol, hole] of [...this.#holes]) {
      const ageUs = nowUs - hole.openedUs;
      if (ageUs >= WAIT_US_MAX) this.#end(symbol, hole);
      else if (ageUs >= PATIENCE_US && !hole.isAsked) this.#ask(symbol, hole);
    }
  }

  /** Lets go of all that waits, and tells what is missing. */
  close(): void {
    for (const [symbol, hole] of [...this.#holes]) this.#end(symbol, hole);
  }

  #pass(trade: VenueTrade, isLate: boolean): void {
    if (isLate) this.#health.count('out_of_order_trades');
    this.#ledger.take(trade.symbol, trade.id);
    this.#takenUs.set(trade.symbol, trade.receiveTimeUs);
    this.#deliver(trade);
  }

  #open(symbol: string, hole: IdHole, trade: VenueTrade): void {
    const openedUs = this.#clock.nowUs();
    this.#health.count('trade_holes');
    this.#holes.set(symbol, { ...hole, openedUs, found: 0, isAsked: false, waiting: [trade] });
  }

  #whileOpen(hole: OpenHole, trade: VenueTrade): void {
    const id = Number(trade.id);
    if (id <= hole.toId) {
      if (!this.#fill(hole, trade)) return;
      this.#health.count('out_of_order_trades');
      if (isFull(hole)) this.#end(trade.symbol, hole);
      return;
    }
    hole.waiting.push(trade);
    if (hole.waiting.length >= WAITING_MAX) this.#end(trade.symbol, hole);
  }

  /** Takes a trade that may be one of the missing. */
  #fill(hole: OpenHole, trade: VenueTrade): boolean {
    const verdict = this.#ledger.verdict(trade.symbol, trade.id);
    if (verdict === 'duplicate') {
      this.#health.count('duplicate_trades');
      return false;
    }
    if (Number(trade.id) >= hole.fromId) hole.found += 1;
    this.#ledger.take(trade.symbol, trade.id);
    this.#deliver(trade);
    return true;
  }

  #ask(symbol: string, hole: OpenHole): void {
    hole.isAsked = true;
    const count = hole.toId - hole.fromId + 1;
    if (this.#venue.trades === undefined || count > FILL_MAX) return this.#end(symbol, hole);
    const asked = this.#askVenue(symbol, hole);
    void asked.then((trades) => {
      // Who waited has been let go meanwhile, and the gap was told.
      if (this.#holes.get(symbol) !== hole) return;
      for (const trade of trades) {
        const id = Number(trade.id);
        if (trade.symbol !== symbol || !(id >= hole.fromId && id <= hole.toId)) continue;
        if (this.#fill(hole, trade)) this.#health.count('trades_filled');
      }
      this.#end(symbol, hole);
    });
  }

  async #askVenue(symbol: string, hole: IdHole): Promise<VenueTrade[]> {
    try {
      const { fromId, toId } = hole;
      return (await this.#venue.trades?.(this.#rest, symbol, String(fromId), String(toId))) ?? [];
    } catch (error) {
      this.#health.problem(`${symbol}: missing trades were not answered: ${(error as Error).message}`);
      return [];
    }
  }

  /** Closes a hole, filled or not, and lets go on what waited. */
  #end(symbol: string, hole: OpenHole): void {
    this.#holes.delete(symbol);
    if (isFull(hole)) {
      if (hole.isAsked) this.#health.count('gaps_filled');
      this.#onWhole(symbol);
    } else {
      const missing = hole.toId - hole.fromId + 1 - hole.found;
      this.#health.count('gaps_open');
      this.#health.count('trades_missing', missing);
      const { fromId, toId, waiting } = hole;
      const toUs = waiting[0]?.receiveTimeUs ?? this.#clock.nowUs();
      const fromUs = Math.min(toUs, this.#takenUs.get(symbol) ?? toUs);
      this.#onGap({ symbol, fromId, toId, missing, fromUs, toUs });
    }
    const [first, ...others] = hole.waiting;
    if (first === undefined) return;
    // What lies before the first that waited was told: only holes behind it are new.
    if (this.#ledger.verdict(symbol, first.id) === 'duplicate') this.#health.count('duplicate_trades');
    else this.#pass(first, false);
    for (const trade of others) this.take(trade);
  }
}

const isFull = (hole: OpenHole): boolean => hole.found === hole.toId - hole.fromId + 1;
