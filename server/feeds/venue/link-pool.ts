import type { UnixUs } from '#protocol';
import { LinkSlot, type SlotParts } from './link-slot.ts';
import type { VenueLink } from './venue-link.ts';

/**
 * Spreads symbols over as many connections as the venue's limits ask for. Not the connections themselves.
 * Invariant: a symbol is on one slot, or waits because the venue allows no more.
 */
export class LinkPool {
  readonly #parts: Omit<SlotParts, 'canOverlap'>;
  /** Symbols for which the venue has no room; one sentence. */
  readonly #onNoRoom: (symbols: readonly string[], reason: string) => void;
  readonly #slots = new Set<LinkSlot>();
  readonly #slotOf = new Map<string, LinkSlot>();
  readonly #noRoom = new Set<string>();

  constructor(
    parts: Omit<SlotParts, 'canOverlap'>,
    onNoRoom: (symbols: readonly string[], reason: string) => void,
  ) {
    this.#parts = parts;
    this.#onNoRoom = onNoRoom;
  }

  get links(): VenueLink[] {
    return [...this.#slots].flatMap((slot) => slot.links);
  }

  /** When a connection that waits for it is tried again; Infinity = none does. */
  get retryUs(): number {
    return Math.min(...[...this.#slots].map((slot) => slot.retryUs));
  }

  want(symbols: readonly string[]): void {
    const { symbolsPerConnection, connectionsMax } = this.#parts.facts;
    let rest = symbols.filter((symbol) => !this.#slotOf.has(symbol));
    for (const symbol of rest) this.#noRoom.delete(symbol);
    for (const slot of this.#slots) rest = this.#place(slot, rest);
    while (rest.length > 0 && this.#slots.size < connectionsMax) {
      const slot = new LinkSlot({ ...this.#parts, canOverlap: () => this.links.length < connectionsMax });
      this.#slots.add(slot);
      rest = this.#place(slot, rest);
    }
    if (rest.length === 0) return;
    for (const symbol of rest) this.#noRoom.add(symbol);
    const most = connectionsMax * symbolsPerConnection;
    this.#onNoRoom(rest, `${this.#parts.facts.title} serves at most ${most} symbols at a time.`);
  }

  drop(symbols: readonly string[]): void {
    const bySlot = new Map<LinkSlot, string[]>();
    for (const symbol of symbols) {
      this.#noRoom.delete(symbol);
      const slot = this.#slotOf.get(symbol);
      if (slot === undefined) continue;
      this.#slotOf.delete(symbol);
      bySlot.set(slot, [...(bySlot.get(slot) ?? []), symbol]);
    }
    for (const [slot, leaving] of bySlot) {
      slot.remove(leaving);
      if (slot.symbols.size > 0) continue;
      slot.close();
      this.#slots.delete(slot);
    }
    if (this.#noRoom.size > 0) this.want([...this.#noRoom]);
  }

  /** The slot that a link belongs to. */
  slotOf(link: VenueLink): LinkSlot | undefined {
    return [...this.#slots].find((slot) => slot.links.includes(link));
  }

  tick(nowUs: UnixUs): void {
    for (const slot of this.#slots) slot.tick(nowUs);
  }

  close(): void {
    for (const slot of this.#slots) slot.close();
    this.#slots.clear();
    this.#slotOf.clear();
    this.#noRoom.clear();
  }

  /** Puts what fits onto a slot; returns the rest. */
  #place(slot: LinkSlot, symbols: readonly string[]): string[] {
    const room = this.#parts.facts.symbolsPerConnection - slot.symbols.size;
    const placed = symbols.slice(0, Math.max(0, room));
    if (placed.length > 0) {
      for (const symbol of placed) this.#slotOf.set(symbol, slot);
      slot.add(placed);
    }
    return symbols.slice(placed.length);
  }
}
