import type { ClientCounters, ClientListener } from './client-api.ts';
import type { MirrorListener } from './timeline-mirror.ts';

/** Passes on what the mirror hears, and counts the holes that it finds in the numbers. */
export function relayTo(listener: ClientListener, counters: ClientCounters): MirrorListener {
  return {
    onQuote: (id, bits) => listener.onQuote?.(id, bits),
    onTrades(id, trades, lost) {
      counters.tradesLost += lost;
      listener.onTrades?.(id, trades, lost);
    },
    onChange(id, seq, change, lost) {
      counters.tradesLost += lost;
      listener.onChange?.(id, seq, change, lost);
    },
    onBar: (...bar) => listener.onBar?.(...bar),
    onBook: (id, bids, asks) => listener.onBook?.(id, bids, asks),
  };
}
