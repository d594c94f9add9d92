import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import type { ScriptTrade, VenueScript } from './script.ts';

/** One client's connection, as the venue has it. */
export interface FakeConnection {
  readonly socket: WebSocket;
  /** Headers and address that it came with. */
  readonly request: IncomingMessage;
  readonly received: RawFrame[];
  /** Frames that were numbered on it. */
  numbered: number;
}

/** What the fake does other than a healthy venue would. */
export interface Misconduct {
  /** Takes the connection and never answers the upgrade. */
  ignoreUpgrades: boolean;
  /** Answers an upgrade with this HTTP status. */
  refuseUpgrades: number;
  /** Says nothing to what clients send, but lets them in. */
  ignoreFrames: boolean;
  /** Cuts the connection after the first frame that answers a subscription. */
  cutAnswers: boolean;
  /** Lets everybody in and cuts the connection at once. */
  cutOpenings: boolean;
  /** No heartbeats, no pings, no data. */
  mute: boolean;
  restFails: boolean;
  /** Takes REST requests and never answers them. */
  ignoreRest: boolean;
  readonly refuse: Set<string>;
}

/**
 * A venue on a loopback port: a real WebSocket server and a REST interface that speak as a script says. Time is the test's: it sends
 * nothing by itself but answers.
 */
export class FakeVenue {
  readonly script: VenueScript;
  readonly connections = new Set<FakeConnection>();
  readonly trades: ScriptTrade[] = [];
  readonly misconduct: Misconduct = {
    ignoreUpgrades: false,
    refuseUpgrades: 0,
    ignoreFrames: false,
    cutAnswers: false,
    cutOpenings: false,
    mute: false,
    restFails: false,
    ignoreRest: false,
    refuse: new Set(),
  };
  /** Connections since the start. */
  opened = 0;
  /** Frames that were handed to the network, and that came, since the start. */
  framesSent = 0;
  framesReceived = 0;
  readonly restPaths: string[] = [];
  readonly #http: Server;
  readonly #sockets = new Set<Socket>();
  readonly #webSockets = new WebSocketServer({ noServer: true });
  readonly #tradeIds = new Map<string, number>();

  private constructor(script: VenueScript) {
    this.script = script;
    this.#http = createServer((request, response) => this.#onRequest(request, response));
    this.#http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#http.on('upgrade', (request, socket, head) => {
      const { ignoreUpgrades, refuseUpgrades } = this.misconduct;
      if (ignoreUpgrades) return;
      if (refuseUpgrades > 0) {
        socket.end(`HTTP/1.1 ${refuseUpgrades} No\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#onOpen(webSocket, request));
    });
  }

  static async start(script: VenueScript): Promise<FakeVenue> {
    const venue = new FakeVenue(script);
    venue.#http.listen(0, '127.0.0.1');
    await once(venue.#http, 'listening');
    return venue;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  get restUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** To everybody, or to one. */
  send(frame: RawFrame, to?: FakeConnection): void {
    for (const connection of to === undefined ? this.connections : [to]) {
      this.framesSent += 1;
      connection.socket.send(this.#number(frame, connection));
    }
  }

  /** A frame that is lost on the way: it has its number, and nobody gets it. */
  lose(frame: RawFrame): void {
    for (const connection of this.connections) this.#number(frame, connection);
  }

  /** Two frames, the second one first. */
  sendSwapped(first: RawFrame, second: RawFrame): void {
    for (const connection of this.connections) {
      const frames = [first, second].map((frame) => this.#number(frame, connection));
      this.framesSent += 2;
      for (const frame of frames.toReversed()) connection.socket.send(frame);
    }
  }

  #number(frame: RawFrame, connection: FakeConnection): RawFrame {
    return this.script.numbered?.(frame, () => (connection.numbered += 1)) ?? frame;
  }

  /** Frames of a capture in their order, to everybody: as many as the test asks for at a time. */
  *capture(frames: readonly RawFrame[]): Generator<number> {
    for (const [at, frame] of frames.entries()) {
      this.send(frame);
      yield at;
    }
  }

  /** A new trade, not sent yet; REST has it from now on. */
  makeTrade(symbol: string, timeUs: number, size = '1'): ScriptTrade {
    const id = (this.#tradeIds.get(symbol) ?? 1_000) + 1;
    this.#tradeIds.set(symbol, id);
    const trade = { symbol, id, price: `${100 + (id % 7)}.25`, size, timeUs };
    this.trades.push(trade);
    return trade;
  }

  /** What a healthy venue does once an interval. */
  heartbeat(): void {
    if (this.misconduct.mute) return;
    for (const frame of this.script.heartbeat()) this.send(frame);
    for (const { socket } of this.connections) socket.ping();
  }

  /** Cuts every connection without a closing frame. */
  cut(): void {
    for (const { socket } of this.connections) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    for (const socket of this.#sockets) socket.destroy();
    this.#http.close();
    await once(this.#http, 'close');
  }

  get #port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  #onOpen(socket: WebSocket, request: IncomingMessage): void {
    const connection: FakeConnection = { socket, request, received: [], numbered: 0 };
    this.opened += 1;
    this.connections.add(connection);
    socket.on('close', () => this.connections.delete(connection));
    socket.on('error', () => undefined);
    socket.on('message', (data, isBinary) => {
      const frame = isBinary ? (data as Buffer) : (data as Buffer).toString('utf8');
      this.framesReceived += 1;
      connection.received.push(frame);
      this.#answer(frame, connection);
    });
    if (this.misconduct.cutOpenings) return socket.terminate();
    for (const frame of this.script.greeting()) this.send(frame, connection);
  }

  #answer(frame: RawFrame, connection: FakeConnection): void {
    const { ignoreFrames, cutAnswers, mute, refuse } = this.misconduct;
    if (mute || (ignoreFrames && this.script.isLogin?.(frame) !== true)) return;
    for (const answer of this.script.answer(frame, refuse)) {
      this.send(answer, connection);
      if (cutAnswers) return connection.socket.terminate();
    }
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    this.restPaths.push(path);
    if (this.misconduct.ignoreRest) return;
    const body = this.misconduct.restFails ? null : this.script.rest(path, this.trades);
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(body ?? '{}');
  }
}
