import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import { LIMITS, SOCKET_PATH, SUBPROTOCOL_BINARY, SUBPROTOCOL_JSON } from '#protocol';
import type { OriginPolicy } from '../access/origins.ts';
import { PacedUpgrades } from '../sessions/paced-upgrades.ts';
import type { Session } from '../sessions/session.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import { WsSocket } from '../sessions/ws-socket.ts';

/** RFC 6455. */
const WEBSOCKET_VERSION = '13';

export interface SocketRouteOptions {
  readonly sessions: SessionRegistry;
  readonly origins: OriginPolicy;
  /** Where upgrades come from when somebody else listens on the port's server first (development). */
  readonly upgrades?: EventEmitter;
}

/** The WebSocket endpoint: origin and subprotocol are settled before the upgrade, everything after it is the session's. */
export async function socketRoute(
  app: FastifyInstance,
  { sessions, origins, upgrades }: SocketRouteOptions,
): Promise<void> {
  const paced = new PacedUpgrades(upgrades ?? app.server, sessions.admission);
  app.addHook('preClose', (done) => {
    paced.close();
    done();
  });
  await app.register(websocket, {
    options: {
      maxPayload: LIMITS.inboundFrameBytesMax,
      perMessageDeflate: false,
      handleProtocols: (offered) => choose(offered) ?? false,
      server: paced as EventEmitter as Server,
    },
  });
  app.get(
    SOCKET_PATH,
    {
      websocket: true,
      // Who it is, the session asks: the token comes in the first frame.
      config: { audience: 'anybody' },
      // Without a promise: what an upgrade takes is over when its turn is, and can be counted.
      preValidation: (request, reply, done) => {
        const { origin, host } = request.headers;
        if (!origins.allows(origin, host))
          return void reply.code(403).send({ message: 'This page may not open the socket.' });
        // The library would take version 8 of the drafts too.
        if (request.headers['sec-websocket-version'] !== WEBSOCKET_VERSION) {
          const message = `WebSocket version ${WEBSOCKET_VERSION} is spoken here.`;
          return void reply.code(426).header('sec-websocket-version', WEBSOCKET_VERSION).send({ message });
        }
        const offered = new Set(
          (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim()),
        );
        if (choose(offered) === undefined) {
          return void reply
            .code(400)
            .send({ message: `Ask for the subprotocol ${SUBPROTOCOL_BINARY} or ${SUBPROTOCOL_JSON}.` });
        }
        if (sessions.full)
          return void reply.code(503).header('retry-after', '5').send({ message: 'Too many connections.' });
        upgrading.set(request.raw, reply.raw);
        return done();
      },
    },
    (socket, request) => {
      const { raw } = request;
      // The answer to the upgrade is over. Left on the connection it would keep request, response and headers for as long as that stands.
      upgrading.get(raw)?.detachSocket(raw.socket);
      socket.removeAllListeners('error');
      sessionOf.set(socket, sessions.open(new WsSocket(socket, raw.socket, request.ip)));
      socket.on('message', onMessage);
      socket.on('close', onClosed);
      socket.on('error', onClosed);
    },
  );
}

const upgrading = new WeakMap<IncomingMessage, ServerResponse>();
const sessionOf = new WeakMap<WebSocket, Session>();

/** The same functions for all connections: thousands of them would each have their own. */
function onMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
  sessionOf.get(this)!.onFrame(isBinary ? data : data.toString('utf8'));
}

function onClosed(this: WebSocket): void {
  sessionOf.get(this)!.onClosed();
}

/** The best of the offered subprotocols that we speak. */
function choose(offered: ReadonlySet<string>): string | undefined {
  return [SUBPROTOCOL_BINARY, SUBPROTOCOL_JSON].find((name) => offered.has(name));
}
