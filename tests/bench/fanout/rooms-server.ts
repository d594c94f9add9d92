// A Socket.IO server on the market of the benchmark: a room for each instrument, every update emitted to its room. Argument: the market.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { MarketEvent } from '#protocol';
import { systemClock } from '../../../server/clock.ts';
import { answerRequests, pause, usage, type ServerRequests } from './control.ts';
import { playLap } from './lap-feed.ts';
import { PlainUpdates } from './plain-updates.ts';
import { readArguments } from './server-arguments.ts';

const DRAIN_MS = 20;
/** Longer than any run: the clients here do not answer pings. */
const PING_INTERVAL_MS = 3_600_000;

const { lap } = readArguments();
const updates = new PlainUpdates(lap.definitions);
const http = createServer();
const rooms = new Server(http, {
  serveClient: false,
  transports: ['websocket'],
  pingInterval: PING_INTERVAL_MS,
});
rooms.on('connection', (socket) => socket.join(String(socket.handshake.query['symbols']).split(',')));
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', 4_096, resolve));

const feed = await playLap(lap, systemClock, (event: MarketEvent) => {
  const update = updates.of(event);
  if (update !== null) rooms.to(update['symbol'] as string).emit('update', update);
});

/** CPU time stands still once everything is on its way. */
async function idle(): Promise<void> {
  for (let before = -1; usage().cpuUs - before > (DRAIN_MS * 1000) / 10;) {
    before = usage().cpuUs;
    await pause(DRAIN_MS);
  }
}

answerRequests<ServerRequests>({
  listen: async () => ({ port: (http.address() as AddressInfo).port }),
  async open() {
    feed.run();
    return usage();
  },
  async drain() {
    feed.halt();
    await idle();
    return usage();
  },
});
