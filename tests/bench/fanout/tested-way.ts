import type { LoadForm, MarketSize } from './control.ts';
import { FloorServer } from './floor-server.ts';
import { MosquittoServer } from './mosquitto-server.ts';
import type { NativePrograms } from './native-programs.ts';
import { NodeServer, type TestedServer } from './tested-server.ts';
import type { ListKind } from './watch-lists.ts';

/** Cores and programs of this machine; null = there is none. */
export interface Kit {
  readonly market: MarketSize;
  readonly programs: NativePrograms | null;
  readonly mosquitto: string | null;
  readonly serverCore: number | null;
  readonly loadCore: number | null;
}

/** A way to serve the market to some clients. */
export interface TestedWay {
  readonly name: string;
  readonly form: LoadForm;
  readonly lists: ListKind;
  readonly clients: number;
  readonly ratesHz: readonly number[];
  /** A frame is the newest state at a tick; otherwise it is one update. */
  readonly conflates: boolean;
  /** What it needs is there: null without. */
  start(kit: Kit): TestedServer | null;
}

export const VIEW_RATE_HZ = 10;
/** Eight classes from the slowest screen to the fastest. */
export const MIXED_RATES_HZ = [0.5, 1, 2, 5, 10, 20, 30, 60] as const;
/** Updates that reach a client of a server that does not conflate: a tenth of the market. */
const UPDATES_A_CLIENT_HZ = 2_000;
/** A frame of ours with one update. */
const UPDATE_BYTES = 24;

export interface ClientCounts {
  /** Of servers that send a frame a tick. */
  readonly conflated: number;
  /** Of servers that make JSON for each client and tick. */
  readonly encoded: number;
  /** Of servers that send each update: one client costs as much there as a hundred and more elsewhere. */
  readonly each: number;
}

type Ours = 'shared' | 'distinct' | 'mixed' | 'stripped shared' | 'stripped distinct' | 'unwatched';
type Baseline =
  | 'floor'
  | 'floor each'
  | 'tutorial'
  | 'rooms'
  | 'own arrays'
  | 'shared array'
  | 'mosquitto frames'
  | 'mosquitto topics';
export type WayKey = Ours | Baseline;

/** All ways, by what the rows of the table call them. */
export function testedWays({ conflated, encoded, each }: ClientCounts): Record<WayKey, TestedWay> {
  const ticks = { ratesHz: [VIEW_RATE_HZ], lists: 'shared', clients: conflated, conflates: true } as const;
  const updates = { ...ticks, clients: each, conflates: false } as const;
  const node = (file: string, ...args: string[]) => ({
    start: ({ market, serverCore }: Kit) => new NodeServer(file, market, args, serverCore),
  });
  const floor = (rateHz: number, frameBytes: number | null) => ({
    form: 'opaque' as const,
    start: ({ programs, serverCore }: Kit) =>
      programs === null
        ? null
        : new FloorServer(programs.path('floor-server'), rateHz, frameBytes, serverCore),
  });
  const mosquitto = (publishes: 'updates' | 'frames') => ({
    start: ({ mosquitto: program, market, serverCore: core, loadCore: publisherCore }: Kit) =>
      program === null ? null : new MosquittoServer({ program, market, publishes, core, publisherCore }),
  });
  const full = { ...ticks, form: 'tickwire', ...node('./tickwire-server.ts', 'full') } as const;
  const stripped = { ...ticks, form: 'tickwire', ...node('./tickwire-server.ts', 'stripped') } as const;
  const meanHz = MIXED_RATES_HZ.reduce((sum, rate) => sum + rate, 0) / MIXED_RATES_HZ.length;
  return {
    shared: { ...full, name: 'ours, shared lists' },
    distinct: { ...full, name: 'ours, distinct lists', lists: 'distinct' },
    mixed: {
      ...full,
      name: 'ours, 8 rate classes',
      ratesHz: MIXED_RATES_HZ,
      // As many frames as the others send, in whole rounds of the classes.
      clients: Math.max(1, Math.round((conflated * VIEW_RATE_HZ) / meanHz / 8)) * 8,
    },
    'stripped shared': { ...stripped, name: 'engine, hub and sessions without Fastify, shared lists' },
    'stripped distinct': {
      ...stripped,
      name: 'engine, hub and sessions without Fastify, distinct lists',
      lists: 'distinct',
    },
    unwatched: { ...full, name: 'ours, nobody watching', clients: 0 },
    floor: {
      ...ticks,
      name: 'C, one write() of ready bytes a client and tick',
      ...floor(VIEW_RATE_HZ, null),
    },
    'floor each': {
      ...updates,
      name: `C, one write() of ready bytes a client and update (${each} clients)`,
      ...floor(UPDATES_A_CLIENT_HZ, UPDATE_BYTES),
    },
    tutorial: {
      ...updates,
      name: `tutorial: ws, JSON.stringify of each update for each client (${each} clients)`,
      form: 'object',
      ...node('./plain-server.ts', 'each'),
    },
    rooms: {
      ...updates,
      name: `Socket.IO, a room an instrument, each update emitted (${each} clients)`,
      form: 'socket.io',
      ...node('./rooms-server.ts'),
    },
    'own arrays': {
      ...ticks,
      clients: encoded,
      name: `ws.send of a JSON array made for each client and tick (${encoded} clients)`,
      form: 'array',
      ...node('./plain-server.ts', 'own'),
    },
    'shared array': {
      ...ticks,
      name: 'ws.send of one JSON array a tick for all clients',
      form: 'array',
      ...node('./plain-server.ts', 'shared'),
    },
    'mosquitto frames': {
      ...ticks,
      name: 'mosquitto over WebSocket, ready frames a tick on one topic',
      form: 'mqtt-frames',
      ...mosquitto('frames'),
    },
    'mosquitto topics': {
      ...updates,
      name: `mosquitto over WebSocket, a topic an instrument, each update (${each} clients)`,
      form: 'mqtt-topics',
      ...mosquitto('updates'),
    },
  };
}
