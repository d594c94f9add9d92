import { randomBytes } from 'node:crypto';

/** A page asks for one just before it connects, ms. */
export const TICKET_LIFE_MS = 30_000;
/** Tickets that are out at once; the oldest is void first. */
const TICKETS_MAX = 10_000;
/** 256 bits: nobody guesses one. */
const TICKET_BYTES = 32;

interface Ticket {
  readonly token: string;
  readonly endUs: number;
}

/**
 * What a page says in `hello`, because the token itself lies in a cookie that no script can read. Good for one connection, and for
 * half a minute. Invariant: a ticket is taken once.
 */
export class Tickets {
  readonly #tickets = new Map<string, Ticket>();

  issue(token: string, nowUs: number): string {
    const ticket = randomBytes(TICKET_BYTES).toString('base64url');
    this.#tickets.set(ticket, { token, endUs: nowUs + TICKET_LIFE_MS * 1000 });
    for (const [oldest, { endUs }] of this.#tickets) {
      if (endUs > nowUs && this.#tickets.size <= TICKETS_MAX) break;
      this.#tickets.delete(oldest);
    }
    return ticket;
  }

  /** The token that a ticket stands for; null = it is none, or not any more. */
  take(ticket: string, nowUs: number): string | null {
    const found = this.#tickets.get(ticket);
    if (found === undefined) return null;
    this.#tickets.delete(ticket);
    return nowUs < found.endUs ? found.token : null;
  }
}
