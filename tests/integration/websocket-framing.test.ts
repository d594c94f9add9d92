import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION, SUBPROTOCOL_BINARY, SUBPROTOCOL_JSON } from '#protocol';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const END_OF_HEAD = '\r\n\r\n';
const OPCODE = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9 } as const;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(['A']);
});
afterAll(() => server.app.close());

interface Frame {
  readonly opcode: number;
  readonly payload?: Buffer;
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
}

/** A frame, byte by byte, right or wrong. Payloads of up to 65,535 bytes. */
function bytesOf({
  opcode,
  payload = Buffer.alloc(0),
  isFinal = true,
  isMasked = true,
  reserved = 0,
}: Frame): Buffer {
  const { length } = payload;
  const size = length < 126 ? [length] : [126, length >> 8, length & 255];
  const head = Buffer.from([(isFinal ? 0x80 : 0) | (reserved << 4) | opcode, ...size]);
  if (!isMasked) return Buffer.concat([head, payload]);
  head[1]! |= 0x80;
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at % 4]!)]);
}

/** A connection by hand. What the server sends after the handshake is kept until it closes. */
async function opened(
  headers: Record<string, string> = {},
  subprotocol: string = SUBPROTOCOL_BINARY,
): Promise<{ socket: Socket; head: string; ended: Promise<Buffer> }> {
  const socket = connect(server.port, '127.0.0.1');
  const lines = Object.entries({
    Host: `127.0.0.1:${server.port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': subprotocol,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET /ws HTTP/1.1\r\n${lines.join('\r\n')}${END_OF_HEAD}`);
  let received = Buffer.alloc(0);
  const ended = new Promise<Buffer>((resolve) => socket.on('close', () => resolve(received)));
  socket.on('error', () => {});
  const head = await new Promise<string>((resolve) => {
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf(END_OF_HEAD);
      if (end < 0) return;
      socket.off('data', onData);
      socket.on('data', (more: Buffer) => (received = Buffer.concat([received, more])));
      const text = received.subarray(0, end).toString('latin1');
      received = received.subarray(end + END_OF_HEAD.length);
      resolve(text);
    };
    socket.on('data', onData);
  });
  return { socket, head, ended };
}

/** The code of the close frame that ends what a server sent; null = it ended without one. */
function closeCode(received: Buffer): number | null {
  let code: number | null = null;
  for (let at = 0; at + 2 <= received.length;) {
    const opcode = received[at]! & 0x0f;
    let length = received[at + 1]! & 0x7f;
    at += 2;
    if (length === 126) {
      length = received.readUInt16BE(at);
      at += 2;
    }
    if (opcode === OPCODE.close && length >= 2) code = received.readUInt16BE(at);
    at += length;
  }
  return code;
}

async function answerTo(
  frames: readonly Frame[],
  subprotocol: string = SUBPROTOCOL_BINARY,
): Promise<number | null> {
  const { socket, ended } = await opened({}, subprotocol);
  socket.write(Buffer.concat(frames.map(bytesOf)));
  return closeCode(await ended);
}

const text = (sentence: string): Buffer => Buffer.from(sentence);

describe('[SEC11] frames that RFC 6455 forbids', () => {
  it.each<[string, number, readonly Frame[]]>([
    ['unmasked', 1002, [{ opcode: OPCODE.binary, payload: text('x'), isMasked: false }]],
    ['of a reserved bit', 1002, [{ opcode: OPCODE.binary, payload: text('x'), reserved: 4 }]],
    ['of a reserved opcode', 1002, [{ opcode: 0x3, payload: text('x') }]],
    ['of a reserved control opcode', 1002, [{ opcode: 0xb }]],
    ['continued that never began', 1002, [{ opcode: OPCODE.continuation, payload: text('x') }]],
    ['of control in pieces', 1002, [{ opcode: OPCODE.ping, isFinal: false }]],
    ['of control too long', 1002, [{ opcode: OPCODE.ping, payload: Buffer.alloc(126) }]],
    [
      'closing with a code that nobody may send',
      1002,
      [{ opcode: OPCODE.close, payload: Buffer.from([3, 237]) }],
    ],
    ['closing with half a code', 1002, [{ opcode: OPCODE.close, payload: Buffer.from([3]) }]],
    [
      'begun within another message',
      1002,
      [
        { opcode: OPCODE.binary, payload: text('x'), isFinal: false },
        { opcode: OPCODE.binary, payload: text('y') },
      ],
    ],
  ])('%s: closed with %i', async (_what, code, frames) => {
    expect(await answerTo(frames)).toBe(code);
  });

  it('text that is no UTF-8: closed with 1007', async () => {
    const payload = Buffer.from([0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xed, 0xa0, 0x80]);
    expect(await answerTo([{ opcode: OPCODE.text, payload }], SUBPROTOCOL_JSON)).toBe(1007);
  });

  it('a message in pieces is one message', async () => {
    const hello = text(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION, client: 'pieces' }));
    const { socket, ended } = await opened({}, SUBPROTOCOL_JSON);
    const pieces = [hello.subarray(0, 9), hello.subarray(9, 20), hello.subarray(20)];
    for (const [at, payload] of pieces.entries()) {
      const opcode = at === 0 ? OPCODE.text : OPCODE.continuation;
      socket.write(bytesOf({ opcode, payload, isFinal: at === pieces.length - 1 }));
      // A ping may come between the pieces.
      socket.write(bytesOf({ opcode: OPCODE.ping, payload: text('between') }));
    }
    socket.write(bytesOf({ opcode: OPCODE.close, payload: Buffer.from([3, 232]) }));
    const received = await ended;
    expect(received.includes('"type":"welcome"')).toBe(true);
    expect(closeCode(received)).toBe(1000);
  });
});

describe('the handshake', () => {
  it.each(['8', '0', '', '14'])(
    '[SEC16] of version %j is refused with the one that is spoken',
    async (version) => {
      const { head, socket } = await opened({ 'Sec-WebSocket-Version': version });
      expect(head).toMatch(/^HTTP\/1\.1 4(?:26|00)/);
      if (head.startsWith('HTTP/1.1 426')) expect(head.toLowerCase()).toContain('sec-websocket-version: 13');
      socket.destroy();
    },
  );

  it('[SEC17] compresses for nobody, whoever asks', async () => {
    const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' };
    const { head, socket } = await opened(offer);
    expect(head).toMatch(/^HTTP\/1\.1 101/);
    expect(head.toLowerCase()).not.toContain('sec-websocket-extensions');
    socket.destroy();
  });
});
