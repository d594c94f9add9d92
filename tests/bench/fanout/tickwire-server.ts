// Our server on the market of the benchmark, as a process of its own. Arguments: the market, and how much of the server.
//   full      the production server as `npm start` runs it, its metrics, the tape of the market and tokens of viewers too, the page apart
//   stripped  engine, hub and sessions behind a bare `ws` server: no Fastify, no API, no check of origins
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { LIMITS, SUBPROTOCOL_BINARY } from '#protocol';
import { createApp } from '../../../server/app.ts';
import { systemClock } from '../../../server/clock.ts';
import { loadConfig } from '../../../server/config.ts';
import { SessionRegistry } from '../../../server/sessions/session-registry.ts';
import { WsSocket } from '../../../server/sessions/ws-socket.ts';
import { startLiveTimeline } from '../../../server/timelines/live-timeline.ts';
import { openGate } from '../../support/open-gate.ts';
import { soleTimeline } from '../../support/sole-timeline.ts';
import { answerRequests, pause, usage, type ServerRequests } from './control.ts';
import { LapFeed } from './lap-feed.ts';
import { passingTape } from './passing-tape.ts';
import { readArguments } from './server-arguments.ts';
import { VIEWER_TOKEN } from './viewer-token.ts';

/** A tick of the viewers and a little: what the source left behind has gone out by then, ms. */
const LAST_TICK_MS = 120;
/** Thousands of clients connect at once. */
const BACKLOG = 4_096;

const { lap, rest } = readArguments();
const config = loadConfig({
  logLevel: 'silent',
  port: 0,
  adminPort: 0,
  connectionsMax: 100_000,
  unknownConnectionsMax: 100_000,
  viewerTokens: `bench=${VIEWER_TOKEN}`,
});
const feed = new LapFeed(lap, systemClock);
const isFull = rest[0] !== 'stripped';
const onNotice = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
const tape = isFull ? passingTape(config.tapeRetention, onNotice) : null;
const timeline = await startLiveTimeline({
  clock: systemClock,
  feeds: [feed],
  onProblem: onNotice,
  onTaps: (taps) => tape !== null && void taps.add(tape),
});

async function fullServer(): Promise<Server> {
  const { fastify, admin } = await createApp({ config, clock: systemClock, timeline });
  await admin?.listen({ host: config.adminHost, port: 0 });
  await fastify.listen({ host: config.host, port: 0, backlog: BACKLOG });
  return fastify.server;
}

async function strippedServer(): Promise<Server> {
  const sessions = new SessionRegistry({
    clock: systemClock,
    timelines: soleTimeline(timeline, systemClock),
    serverName: 'stripped',
    allowControl: false,
    connectionsMax: config.connectionsMax,
    gate: openGate(systemClock),
    unknownMax: config.connectionsMax,
    bitsPerSecondMax: config.clientBitsPerSecond,
    log: () => undefined,
  });
  const http = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.inboundFrameBytesMax,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL_BINARY,
  });
  http.on('upgrade', (request, duplex, head) =>
    sockets.handleUpgrade(request, duplex, head, (socket) => {
      const session = sessions.open(new WsSocket(socket, request.socket));
      socket.on('message', (data: Buffer) => session.onFrame(data));
      socket.on('close', () => session.onClosed());
      socket.on('error', () => session.onClosed());
    }),
  );
  await new Promise<void>((resolve) => http.listen(0, config.host, BACKLOG, resolve));
  return http;
}

const http = isFull ? await fullServer() : await strippedServer();

answerRequests<ServerRequests>({
  listen: async () => ({ port: (http.address() as AddressInfo).port }),
  async open() {
    feed.run();
    return usage();
  },
  async drain() {
    feed.halt();
    await pause(LAST_TICK_MS);
    return usage();
  },
});
