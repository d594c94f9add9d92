// A WebSocket server on the same simulated market, written the way that tutorials do. Arguments: symbols, events a second, way.
//   each    every update of the source goes to every client as a JSON message of its own
//   own     10 times a second every client gets the quotes that changed as one JSON array, made for it
//   shared  the same array is made once and sent to all
import { stepsToNumber, instrumentId, type InstrumentDefinition, type MarketEvent } from '#protocol';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { systemClock } from '../../../server/clock.ts';
import { SimulatedFeed } from '../../../server/feeds/simulated/feed.ts';
import { answerRequests, usage, type ServerRequests } from './control.ts';
import { GatedClock } from './gated-clock.ts';

type Update = Record<string, string | number>;

const TICK_MS = 100;
/** A tick and a little: what the source left behind has gone out by then. */
const LAST_TICK_MS = 120;
const DRAIN_POLL_MS = 10;

const [symbolsText, rateText, way] = process.argv.slice(2);
const definitions: InstrumentDefinition[] = [];
const changed = new Map<string, Update>();
const volumes = new Map<string, number>();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
await new Promise((resolve) => server.once('listening', resolve));

/** What happened, by name, prices as floats. Statistics and depth are not sent: our clients here do not ask for them either. */
function updateOf(event: MarketEvent): Update | null {
  const { symbol, tick, lot } = definitions[event.instrument]!;
  const time = Math.floor(event.venueTimeUs / 1000);
  switch (event.type) {
    case 'trade': {
      const lastSize = stepsToNumber(event.size, lot);
      const volume = (volumes.get(symbol) ?? 0) + lastSize;
      volumes.set(symbol, volume);
      return { symbol, last: stepsToNumber(event.price, tick), lastSize, volume, time };
    }
    case 'quote': {
      const bidSize = stepsToNumber(event.bidSize, lot);
      const askSize = stepsToNumber(event.askSize, lot);
      return {
        symbol,
        bid: stepsToNumber(event.bid, tick),
        bidSize,
        ask: stepsToNumber(event.ask, tick),
        askSize,
        time,
      };
    }
    case 'book':
      return {
        symbol,
        bid: stepsToNumber(event.bids[0]!, tick),
        ask: stepsToNumber(event.asks[0]!, tick),
        time,
      };
    default:
      return null;
  }
}

function onEvent(event: MarketEvent): void {
  const update = updateOf(event);
  if (update === null) return;
  if (way === 'each') {
    for (const client of server.clients) client.send(JSON.stringify(update));
    return;
  }
  const symbol = update['symbol'] as string;
  const held = changed.get(symbol);
  if (held === undefined) changed.set(symbol, update);
  else Object.assign(held, update);
}

function tick(): void {
  if (changed.size === 0) return;
  const updates = [...changed.values()];
  changed.clear();
  const shared = way === 'shared' ? JSON.stringify(updates) : null;
  for (const client of server.clients) client.send(shared ?? JSON.stringify(updates));
}

const clock = new GatedClock();
const feed = new SimulatedFeed({
  seed: 1,
  symbols: Number(symbolsText),
  eventsPerSecond: Number(rateText),
  clock,
});
await feed.start({
  define: (definition) => instrumentId(definitions.push(definition) - 1),
  onEvent,
  onState: () => undefined,
});
if (way !== 'each') systemClock.every(TICK_MS, tick);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

answerRequests<ServerRequests>({
  listen: async () => ({ port: (server.address() as AddressInfo).port }),
  async open() {
    clock.isOpen = true;
    return usage();
  },
  async drain() {
    clock.isOpen = false;
    await pause(LAST_TICK_MS);
    while ([...server.clients].some((client) => client.bufferedAmount > 0)) await pause(DRAIN_POLL_MS);
    return usage();
  },
});
