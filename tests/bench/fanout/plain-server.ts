// A WebSocket server on the market of the benchmark, written the way that tutorials do. Arguments: the market, and the way.
//   each    every update goes to every client that watches its instrument, as a JSON message of its own
//   own     10 times a second every client gets those quotes of its list that changed, as one JSON array made for it
//   shared  all clients have the same list: the array is made once and sent to all
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { MarketEvent } from '#protocol';
import { systemClock } from '../../../server/clock.ts';
import { answerRequests, pause, usage, type ServerRequests } from './control.ts';
import { playLap } from './lap-feed.ts';
import { PlainUpdates, type PlainUpdate } from './plain-updates.ts';
import { readArguments } from './server-arguments.ts';

const TICK_MS = 100;
/** A tick and a little: what the source left behind has gone out by then. */
const LAST_TICK_MS = 120;
const DRAIN_POLL_MS = 10;

const { lap, rest } = readArguments();
const way = rest[0];
const updates = new PlainUpdates(lap.definitions);
const changed = new Map<string, PlainUpdate>();
const lists = new Map<WebSocket, string[]>();
const watchers = new Map<string, Set<WebSocket>>();

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, backlog: 4_096 });
await new Promise((resolve) => server.once('listening', resolve));
server.on('connection', (client) =>
  client.once('message', (data: Buffer) => {
    const { symbols } = JSON.parse(data.toString()) as { symbols: string[] };
    lists.set(client, symbols);
    for (const symbol of symbols) {
      if (!watchers.has(symbol)) watchers.set(symbol, new Set());
      watchers.get(symbol)!.add(client);
    }
  }),
);

function onEvent(event: MarketEvent): void {
  const update = updates.of(event);
  if (update === null) return;
  const symbol = update['symbol'] as string;
  if (way === 'each') {
    for (const client of watchers.get(symbol) ?? []) client.send(JSON.stringify(update));
    return;
  }
  const held = changed.get(symbol);
  if (held === undefined) changed.set(symbol, update);
  else Object.assign(held, update);
}

function changedOf(symbols: readonly string[]): PlainUpdate[] {
  const found: PlainUpdate[] = [];
  for (const symbol of symbols) {
    const update = changed.get(symbol);
    if (update !== undefined) found.push(update);
  }
  return found;
}

function tick(): void {
  if (changed.size === 0) return;
  let shared: string | null = null;
  for (const [client, symbols] of lists) {
    if (way === 'own') client.send(JSON.stringify(changedOf(symbols)));
    else client.send((shared ??= JSON.stringify(changedOf(symbols))));
  }
  changed.clear();
}

const feed = await playLap(lap, systemClock, onEvent);
if (way !== 'each') systemClock.every(TICK_MS, tick);

answerRequests<ServerRequests>({
  listen: async () => ({ port: (server.address() as AddressInfo).port }),
  async open() {
    feed.run();
    return usage();
  },
  async drain() {
    feed.halt();
    await pause(LAST_TICK_MS);
    while ([...server.clients].some((client) => client.bufferedAmount > 0)) await pause(DRAIN_POLL_MS);
    return usage();
  },
});
