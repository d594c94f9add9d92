// A WebSocket server that answers everybody with a snapshot of their own, made by JSON.stringify, as tutorials do. It serves those who
// were there first, and after the snapshot nothing to those who come: less than ours does. Arguments: symbols, viewers.
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { answerRequests } from '../fanout/control.ts';
import { PlainMarket, type PlainRow } from '../memory/plain-market.ts';
import { VIEWER_HZ, type ServerRequests } from './requests.ts';

const [symbolCount, viewerCount] = process.argv.slice(2).map(Number) as [number, number];
const TICK_MS = 1_000 / VIEWER_HZ;

const market = new PlainMarket(symbolCount);
const viewers: { socket: WebSocket; rows: PlainRow[] }[] = [];
let entries = 0;

const server = new WebSocketServer({
  port: 0,
  host: '127.0.0.1',
  perMessageDeflate: false,
  backlog: 4_096,
});
server.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const rows = market.rows(JSON.parse(data.toString()) as string[]);
    if (viewers.length < viewerCount) viewers.push({ socket, rows });
    entries += rows.length;
    socket.send(JSON.stringify({ type: 'snapshot', rows }));
  });
});
await new Promise((resolve) => server.once('listening', resolve));

/** On a grid, as ours, so that a late tick shows. */
function tick(point: number): void {
  market.move();
  const time = performance.timeOrigin + performance.now();
  for (const { socket, rows } of viewers)
    socket.send(JSON.stringify({ type: 'update', time, rows: market.changed(rows) }));
  arm(point + 1);
}

function arm(point: number): void {
  const next = Math.max(point, Math.ceil(performance.now() / TICK_MS));
  setTimeout(() => tick(next), next * TICK_MS - performance.now());
}
arm(0);

answerRequests<ServerRequests>({
  listen: async () => ({ port: (server.address() as AddressInfo).port, symbols: market.symbols }),
  encodes: async () => ({ entries }),
});
