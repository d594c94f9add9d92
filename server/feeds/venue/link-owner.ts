import type { GapReason, MarketEvent } from '#protocol';
import type { Clock } from '../../engine/ports.ts';
import type { FeedHealth } from './feed-health.ts';
import type { Venue, VenueInstrument, VenueRest, VenueTrade } from './ports.ts';
import type { VenueLink } from './venue-link.ts';
import type { OpenSocket } from './venue-socket.ts';

/** What a link needs of the feed that it is part of. */
export interface LinkOwner {
  readonly rest: VenueRest;
  readonly health: FeedHealth;
  key(env: string): string;
  instrument(symbol: string): VenueInstrument | null;
  onEvent(link: VenueLink, event: MarketEvent): void;
  onTrade(link: VenueLink, trade: VenueTrade): void;
  onLive(link: VenueLink, symbol: string): void;
  /** A subscription cannot be trusted now; one sentence. */
  onFault(link: VenueLink, symbol: string, reason: string, cause: GapReason): void;
  /** Two signs of life are missing; one sentence. Empty = they come again, and nothing was lost. */
  onLate(link: VenueLink, reason: string): void;
  /** Subscriptions may be sent. */
  onReady(link: VenueLink): void;
  /** The link is over; it told everything before. */
  onClosed(link: VenueLink, reason: string): void;
  onRotate(link: VenueLink, reason: string): void;
  /** Trying again is no use. */
  onFail(reason: string): void;
}

export interface LinkParts {
  readonly venue: Venue;
  readonly url: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly openSocket: OpenSocket;
  /** Grows with each link of a feed. */
  readonly serial: number;
}
