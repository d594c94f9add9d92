import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A cable between a client and a server that can be pulled: `silence` lets nothing through and says nothing, `cut` drops what is
 * connected and refuses what comes, `restore` lets things through again.
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #mode: 'open' | 'silent' | 'cut' = 'open';

  private constructor(server: Server, targetPort: number) {
    this.#server = server;
    this.#targetPort = targetPort;
    server.on('connection', (client) => this.#join(client));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, targetPort);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  silence(): void {
    this.#mode = 'silent';
    for (const [client, target] of this.#pairs) {
      client.pause();
      target.pause();
    }
  }

  cut(): void {
    this.#mode = 'cut';
    this.#dropAll();
  }

  /** What was silenced is dropped, as a network that comes back after its address changed. */
  restore(): void {
    this.#dropAll();
    this.#mode = 'open';
  }

  async close(): Promise<void> {
    this.#dropAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    if (this.#mode === 'cut') {
      client.destroy();
      return;
    }
    const target = connect(this.#targetPort, '127.0.0.1');
    const pair = [client, target] as const;
    this.#pairs.add(pair);
    const drop = (): void => {
      client.destroy();
      target.destroy();
      this.#pairs.delete(pair);
    };
    for (const socket of pair) socket.on('error', drop).on('close', drop);
    client.pipe(target);
    target.pipe(client);
    if (this.#mode === 'silent') {
      client.pause();
      target.pause();
    }
  }

  #dropAll(): void {
    for (const [client, target] of this.#pairs) {
      client.destroy();
      target.destroy();
    }
    this.#pairs.clear();
  }
}
