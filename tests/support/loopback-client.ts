import { WebSocket } from 'ws';
import { SUBPROTOCOL_BINARY, type ClientMessage, type Frame } from '#protocol';
import { ClientModel } from './client-model.ts';
import { encoded } from './memory-socket.ts';

/** A client over a real socket, in step with its test: `until` waits for what the test expects rather than for time to pass. */
export class LoopbackClient {
  readonly socket: WebSocket;
  readonly model: ClientModel;
  /** The close code, once it came. */
  closeCode: number | null = null;
  bytes = 0;
  #failure: unknown = null;
  #wake: () => void = () => {};

  private constructor(socket: WebSocket, model: ClientModel) {
    this.socket = socket;
    this.model = model;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      const frame: Frame = isBinary ? data : data.toString('utf8');
      this.bytes += data.length;
      try {
        model.receive(frame);
      } catch (error) {
        this.#failure ??= error;
      }
      this.#wake();
    });
    socket.on('close', (code) => {
      this.closeCode = code;
      this.#wake();
    });
    socket.on('error', () => {});
  }

  /** Opens a socket and greets. */
  static async open(
    url: string,
    options: {
      protocol?: string;
      model?: ClientModel;
      resume?: { epoch: string; asOf: number };
      silent?: boolean;
      token?: string;
    } = {},
  ): Promise<LoopbackClient> {
    const socket = new WebSocket(url, [options.protocol ?? SUBPROTOCOL_BINARY]);
    const client = new LoopbackClient(socket, options.model ?? new ClientModel());
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    if (options.silent === true) return client;
    const { resume, token } = options;
    const before = client.model.messages.length;
    client.say({
      type: 'hello',
      version: 1,
      client: 'test',
      ...(token === undefined ? {} : { token }),
      ...(resume === undefined ? {} : { resume }),
    });
    const isGreeted = (): boolean =>
      client.model.messages.slice(before).some(({ type }) => type === 'status');
    await client.until(() => isGreeted() || client.closeCode !== null);
    return client;
  }

  say(message: ClientMessage | Record<string, unknown>): void {
    this.socket.send(encoded(message));
  }

  /** Subscribes and waits for the answer. */
  async subscribe(
    subscription: number,
    channel: string,
    selectors: readonly string[],
    more: object = {},
  ): Promise<void> {
    this.say({ type: 'subscribe', subscription, channel, selectors, ...more });
    await this.settle();
  }

  /** Waits until everything that was said before this has been answered. */
  async settle(): Promise<void> {
    const nonce = Math.floor(this.model.messages.length + 1);
    this.say({ type: 'ping', nonce });
    await this.until(() => this.model.messages.some((one) => one.type === 'pong' && one.nonce === nonce));
  }

  has(type: string): boolean {
    return this.model.messages.some((message) => message.type === type);
  }

  /** Waits for frames until the condition holds. Throws what the model found wrong; the test's time limit ends a wait in vain. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#failure !== null) throw this.#failure;
  }

  async hangUp(): Promise<void> {
    this.socket.terminate();
    await this.until(() => this.closeCode !== null);
  }
}
