// Servers as tutorials write them, to be weighed. Arguments: ws, ws-deflate or socket.io; how many rows each client watches; rate in Hz.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { answerRequests, usage } from '../fanout/control.ts';
import { choice } from './choice.ts';
import { PlainMarket, type PlainRow } from './plain-market.ts';
import { weigh, type ServerRequests } from './requests.ts';

const [way, watchedText, rateText] = process.argv.slice(2) as [string, string, string];
const watched = Number(watchedText);
const SYMBOLS = 500;
const market = new PlainMarket(SYMBOLS);
const { symbols } = market;
/** What the next client watches: it does not say. */
const nextRows = (): PlainRow[] => market.rows(choice(symbols, watched, viewers.length));
const viewers: { rows: PlainRow[]; send(rows: PlainRow[]): void }[] = [];

const http = createServer();
if (way === 'socket.io') {
  const io = new Server(http, { serveClient: false });
  io.on('connection', (socket) =>
    viewers.push({
      rows: nextRows(),
      send: (rows) => void socket.emit('quotes', rows),
    }),
  );
} else {
  const server = new WebSocketServer({ server: http, perMessageDeflate: way === 'ws-deflate' });
  server.on('connection', (socket) =>
    viewers.push({
      rows: nextRows(),
      send: (rows) => socket.send(JSON.stringify(rows)),
    }),
  );
}
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', 4_096, resolve));

if (watched > 0) {
  setInterval(
    () => {
      market.move();
      for (const { rows, send } of viewers) send(market.changed(rows));
    },
    1_000 / Number(rateText),
  );
}

answerRequests<ServerRequests>({
  listen: async () => ({ port: (http.address() as AddressInfo).port, symbols: [] }),
  weigh,
  usage: async () => usage(),
});
