/** Quantiles of how old the oldest change in a frame was when it was sent, ms. Null before the first frame. */
export interface Staleness {
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** What one peer was sent and what it was spared, since it connected. */
export interface PeerReport {
  /** Data frames sent. */
  readonly frames: number;
  /** Bytes sent, control messages and WebSocket headers included. */
  readonly bytes: number;
  /** Instruments' entries in those data frames. */
  readonly updates: number;
  /** Ticks at which there was something to say and the peer could not take it. */
  readonly ticksSkipped: number;
  /** Entries that a later one of the same instrument replaced before they were sent, because the peer was not ready. */
  readonly updatesConflated: number;
  /** Trades that could not be kept until the peer was ready; each was told. */
  readonly tradesLost: number;
  readonly staleness: Staleness;
}

/** One connection, as an operator sees it. */
export interface SessionReport extends PeerReport {
  readonly session: string;
  /** What the client calls itself; empty before `hello`. */
  readonly client: string;
  /** Who watches; null where nobody is asked, or before `hello`. */
  readonly user: string | null;
  readonly address: string;
  readonly encoding: 'binary' | 'json';
  readonly connectedAtUs: number;
  readonly subscriptions: number;
  /** The connection's own ceiling, Hz. */
  readonly maxRateHz: number;
  /** Bits a second; 0 = no cap. */
  readonly maxBitsPerSecond: number;
  /** Why it is served slower than granted now; null = it is not. */
  readonly throttled: 'queue-full' | 'client-lag' | 'server-busy' | null;
  /** Bytes handed to the socket that the network has not taken. */
  readonly heldBytes: number;
  /** What the client told of its lag last; null = nothing. */
  readonly lagMs: number | null;
}

/** What waits for all connections together. */
export interface Backlog {
  /** Bytes handed to sockets that the network has not taken. */
  readonly heldBytes: number;
  /** Connections that are served slower than granted now, by reason. */
  readonly throttled: Readonly<Record<NonNullable<SessionReport['throttled']>, number>>;
}

/** What a timeline does for all its viewers, since the start. */
export interface FanoutReport extends PeerReport {
  /** Changes of wanted instruments that the lanes were told of. */
  readonly changes: number;
  /** Entries encoded for them: `changes / entriesEncoded` is the conflation ratio. */
  readonly entriesEncoded: number;
  /** Entries of snapshots that were encoded, and those that were answered from the cache. */
  readonly snapshotEncodes: number;
  readonly snapshotHits: number;
  /** Grid points that passed while the process was busy. */
  readonly gridTicksSkipped: number;
  /** How late ticks began, ms. */
  readonly lateness: Staleness;
  /** Highest rate that is served now, Hz; below 60 the process protects itself. */
  readonly ceilingHz: number;
  /** Subscribers of each rate class that somebody uses, Hz -> how many subscriptions. */
  readonly rates: ReadonlyMap<number, number>;
  /** Newcomers whose snapshots wait for their turn. */
  readonly joinsWaiting: number;
  /** Memory for frames, in use or not, bytes. */
  readonly arenaBytes: number;
}
