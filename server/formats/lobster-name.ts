/** What the name of a LOBSTER file says. */
export interface LobsterName {
  readonly kind: 'message' | 'orderbook';
  readonly symbol: string;
  /** Midnight of the date, as if it were UTC. */
  readonly dayMs: number;
  /** Name of the other file of the pair. */
  readonly partner: string;
}

/** AAPL_2012-06-21_34200000_57600000_message_10.csv: symbol, day, session from and to in ms since midnight, kind, levels. */
const NAME = /^(.+)_(\d{4}-\d\d-\d\d)_(\d+)_(\d+)_(message|orderbook)_(\d+)\.csv(\.gz|\.zst)?$/i;

export function lobsterName(name: string): LobsterName | null {
  const [, symbol, date, from, to, word, levels, packing = ''] = NAME.exec(name) ?? [];
  if (symbol === undefined) return null;
  const kind = word!.toLowerCase() === 'message' ? 'message' : 'orderbook';
  const other = kind === 'message' ? 'orderbook' : 'message';
  return {
    kind,
    symbol,
    dayMs: Date.parse(`${date}T00:00:00Z`),
    partner: `${symbol}_${date}_${from}_${to}_${other}_${levels}.csv${packing}`,
  };
}
