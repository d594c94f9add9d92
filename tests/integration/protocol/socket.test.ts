import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { LIMITS, SOCKET_PATH, SUBPROTOCOL_BINARY, SUBPROTOCOL_JSON } from '#protocol';
import { startLiveServer, type LiveServer } from '../../support/live-server.ts';

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer([], { connectionsMax: 3 });
});
afterAll(() => server.app.close());

type Outcome = { opened: WebSocket } | { status: number | undefined; retryAfter: string | undefined };

/** Opens a socket, or returns how the upgrade was refused. */
function dial(protocols: string[], origin?: string, path = SOCKET_PATH): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, protocols, {
      ...(origin === undefined ? {} : { origin }),
      perMessageDeflate: true,
    });
    socket.once('open', () => resolve({ opened: socket }));
    socket.once('unexpected-response', (request, response) => {
      resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'] });
      request.destroy();
    });
    socket.once('error', reject);
  });
}

async function opened(protocols: string[], origin?: string): Promise<WebSocket> {
  const outcome = await dial(protocols, origin);
  if (!('opened' in outcome)) throw new Error(`refused with ${outcome.status}`);
  return outcome.opened;
}

const ended = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.once('close', (code) => resolve(code)));

async function hangUp(socket: WebSocket): Promise<void> {
  const end = ended(socket);
  socket.close();
  await end;
}

describe('the socket', () => {
  it.each([
    [[SUBPROTOCOL_BINARY], SUBPROTOCOL_BINARY],
    [[SUBPROTOCOL_JSON], SUBPROTOCOL_JSON],
    [[SUBPROTOCOL_JSON, SUBPROTOCOL_BINARY], SUBPROTOCOL_BINARY],
    [['other', SUBPROTOCOL_JSON], SUBPROTOCOL_JSON],
  ])('[CN1] [CN2] of %j speaks %s', async (offered, chosen) => {
    const socket = await opened(offered);
    expect(socket.protocol).toBe(chosen);
    await hangUp(socket);
  });

  it.each([[[]], [['other']], [['tickwire.v2']]])(
    '[CN2] is refused to a client that offers %j',
    async (offered) => {
      expect(await dial(offered)).toMatchObject({ status: 400 });
    },
  );

  it('[CN6] is not compressed, even when the client offers it', async () => {
    const socket = await opened([SUBPROTOCOL_BINARY]);
    expect(socket.extensions).toBe('');
    await hangUp(socket);
  });

  it.each(['https://evil.example', 'http://127.0.0.1.evil.example', 'null'])(
    '[CN8] [SEC1] is refused to a page of %s',
    async (origin) => {
      expect(await dial([SUBPROTOCOL_BINARY], origin)).toMatchObject({ status: 403 });
    },
  );

  it('[CN8] is open to the server’s own page', async () => {
    await hangUp(await opened([SUBPROTOCOL_BINARY], `http://127.0.0.1:${server.port}`));
  });

  it('[CN8] is refused with a time to come back when there are too many', async () => {
    const sockets = [];
    for (let count = 0; count < 3; count += 1) sockets.push(await opened([SUBPROTOCOL_BINARY]));
    const outcome = await dial([SUBPROTOCOL_BINARY]);
    expect(outcome).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    await Promise.all(sockets.map(hangUp));
  });

  it.each([
    ['at once', 1],
    ['in fragments', 4],
  ])('[LI1] [SEC10] is closed with 1009 on a frame that is too large, sent %s', async (_how, parts) => {
    const socket = await opened([SUBPROTOCOL_BINARY]);
    const end = ended(socket);
    const size = Math.ceil((LIMITS.inboundFrameBytesMax + 1) / parts);
    for (let part = 1; part <= parts; part += 1)
      socket.send(Buffer.alloc(size), { binary: true, fin: part === parts });
    expect(await end).toBe(1009);
  });

  it('[LI1] takes a frame of exactly the limit', async () => {
    const socket = await opened([SUBPROTOCOL_JSON]);
    const heard = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.send('{"type":"hello","version":1,"client":"test"}'.padEnd(LIMITS.inboundFrameBytesMax, ' '));
    expect(JSON.parse(await heard)).toMatchObject({ type: 'welcome' });
    await hangUp(socket);
  });
});
