import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { pongFrame } from '../fanout/client-frames.ts';

const END_OF_HEAD = '\r\n\r\n';

export interface QuietClientOptions {
  readonly port: number;
  readonly path: string;
  /** Header lines besides those of every upgrade. */
  readonly headers: readonly string[];
}

const PING = 0x89;
/** A ping with a payload as short as ours, head included, bytes. */
const PING_BYTES_MAX = 16;

/**
 * A WebSocket connection that does not look at what it is sent, so that thousands of them cost next to nothing; but for a ping that ends a
 * read, which is what one that was sent behind a frame does.
 */
export class QuietClient {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Resolves when the server has agreed to speak WebSocket. */
  static open({ port, path, headers }: QuietClientOptions): Promise<QuietClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let head = '';
      let open = false;
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('The server hung up.')));
      socket.on('connect', () => socket.write(upgradeRequest(port, path, headers)));
      socket.on('data', (chunk) => {
        if (open) {
          const ping = chunk.subarray(-PING_BYTES_MAX);
          for (let at = ping.indexOf(PING); at >= 0; at = ping.indexOf(PING, at + 1))
            if (ping[at + 1] === ping.length - at - 2) socket.write(pongFrame(ping.subarray(at + 2)));
          return;
        }
        head += chunk.toString('latin1');
        if (!head.includes(END_OF_HEAD)) return;
        if (!head.startsWith('HTTP/1.1 101')) {
          socket.destroy();
          return reject(new Error(`The server refused: ${head.slice(0, 80)}`));
        }
        open = true;
        head = '';
        resolve(new QuietClient(socket));
      });
    });
  }

  /** Sends frames that are ready, as they are. */
  send(frames: Uint8Array): void {
    this.#socket.write(frames);
  }

  end(): void {
    this.#socket.destroy();
  }
}

function upgradeRequest(port: number, path: string, headers: readonly string[]): string {
  return (
    [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      // What a browser sends besides: servers that keep the request keep this too.
      `Origin: http://127.0.0.1:${port}`,
      'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Accept-Encoding: gzip, deflate, br, zstd',
      'Accept-Language: en-GB,en;q=0.9',
      'Cache-Control: no-cache',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
      ...headers,
    ].join('\r\n') + END_OF_HEAD
  );
}
