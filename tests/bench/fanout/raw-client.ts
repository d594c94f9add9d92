import { SUBPROTOCOL_BINARY } from '#protocol';
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { binaryFrame, pongFrame } from './client-frames.ts';
import { FrameScanner, type OnMessage } from './frame-scanner.ts';

const END_OF_HEAD = '\r\n\r\n';

/** One WebSocket connection by hand: the handshake, masked frames out, everything else to the scanner. */
export class RawClient {
  readonly #socket: Socket;
  readonly #scanner: FrameScanner;

  private constructor(socket: Socket, onMessage: OnMessage) {
    this.#socket = socket;
    this.#scanner = new FrameScanner(onMessage, (payload) => socket.write(pongFrame(payload)));
  }

  /** Resolves when the server has agreed to speak WebSocket. The key that it answers with is not checked. */
  static open(
    port: number,
    path: string,
    onMessage: OnMessage,
    subprotocol: string | null = path === '/' ? null : SUBPROTOCOL_BINARY,
  ): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      const client = new RawClient(socket, onMessage);
      let head = '';
      socket.on('error', reject);
      socket.on('connect', () => socket.write(upgradeRequest(port, path, subprotocol)));
      const onHead = (chunk: Buffer): void => {
        head += chunk.toString('latin1');
        const end = head.indexOf(END_OF_HEAD);
        if (end < 0) return;
        socket.off('data', onHead);
        if (!head.startsWith('HTTP/1.1 101'))
          return reject(new Error(`The server refused: ${head.slice(0, 80)}`));
        socket.on('data', (data: Buffer) => client.#scanner.push(data));
        const rest = Buffer.from(head.slice(end + END_OF_HEAD.length), 'latin1');
        if (rest.length > 0) client.#scanner.push(rest);
        resolve(client);
      };
      socket.on('data', onHead);
    });
  }

  /** Sends one binary message. */
  send(payload: Uint8Array): void {
    this.sendFrames(binaryFrame(payload));
  }

  /** Sends frames that are ready, as they are. */
  sendFrames(frames: Uint8Array): void {
    this.#socket.write(frames);
  }

  /** Reads nothing any more: when the system's buffers are full, the peer can send nothing. */
  stopReading(): void {
    this.#socket.pause();
  }

  end(): void {
    this.#socket.destroy();
  }
}

export function upgradeRequest(port: number, path: string, subprotocol: string | null): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
  ];
  if (subprotocol !== null) lines.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  return lines.join('\r\n') + END_OF_HEAD;
}
