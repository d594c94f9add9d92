import type { RawFrame } from '../venue/ports.ts';
import type { OpenSocket, SocketEvents } from '../venue/venue-socket.ts';
import type { KitClock } from './kit-clock.ts';
import { restAnswers, type PlayedVenue } from './venue-script.ts';

/** After this long without a frame of the client's it has nothing more to say before it hears from the venue. */
const QUIET_US = 1_500_000;
/** The longest pause between two frames that is kept from the capture. */
const PAUSE_US_MAX = 1_000_000;

/** How the venue behaves. */
export interface Manners {
  /** Changes what it sends: `[]` leaves a frame out, two send it twice. */
  readonly change?: (frame: RawFrame, at: number) => readonly RawFrame[];
  /** It says nothing from this frame on. */
  readonly silentFrom?: number;
}

interface Connection {
  readonly events: SocketEvents;
  isOpen: boolean;
  lastSentUs: number;
  /** Frame that comes next. */
  at: number;
  dueUs: number;
}

/**
 * Plays a venue from its capture over sockets that exist in memory only. It waits until the client has nothing more to say before it
 * goes on as far as the client has not subscribed; from there on frames come as fast as they came.
 */
export class KitVenue {
  readonly #played: PlayedVenue;
  readonly #clock: KitClock;
  readonly #answerRest: (path: string) => Promise<string | null>;
  readonly #connections: Connection[] = [];
  manners: Manners;
  /** Whether the client has asked for its symbols, as its adapter tells. */
  isAsked = false;
  /** Frames of the client's. */
  readonly received: RawFrame[] = [];
  /** Paths that REST was asked for, and what had no answer. */
  readonly unanswered: string[] = [];

  constructor(played: PlayedVenue, clock: KitClock, manners: Manners = {}) {
    this.#played = played;
    this.#clock = clock;
    this.manners = manners;
    this.#answerRest = restAnswers(played);
  }

  /** Connections there ever were. */
  get connections(): number {
    return this.#connections.length;
  }

  get openConnections(): number {
    return this.#connections.filter(({ isOpen }) => isOpen).length;
  }

  /** Frames that the newest connection was sent of the capture. */
  get sent(): number {
    return this.#connections.at(-1)?.at ?? 0;
  }

  get isPlayed(): boolean {
    return this.sent >= this.#played.frames.length;
  }

  readonly openSocket: OpenSocket = (_target, events) => {
    const nowUs = this.#clock.nowUs();
    const connection: Connection = { events, isOpen: true, lastSentUs: nowUs, at: 0, dueUs: nowUs };
    this.isAsked = false;
    this.#connections.push(connection);
    this.#clock.soon(() => {
      if (connection.isOpen) events.onOpen();
    });
    return {
      send: (frame) => this.#receive(connection, frame),
      close: () => void (connection.isOpen = false),
    };
  };

  readonly fetch: typeof fetch = async (input, init) => {
    init?.signal?.throwIfAborted();
    const url = String(input instanceof Request ? input.url : input);
    const path = url.slice(this.#played.venue.restUrl.replace(/\/$/, '').length);
    const body = await this.#answerRest(path);
    if (body !== null) return new Response(body);
    this.unanswered.push(path);
    return new Response('', { status: 404 });
  };

  /** Sends what is due by now. To be called as time goes on. */
  play(): void {
    const nowUs = this.#clock.nowUs();
    for (const connection of this.#connections) {
      while (connection.isOpen && this.#isDue(connection, nowUs)) this.#sendNext(connection);
    }
  }

  /** Sends a frame that is not in the capture. */
  inject(frame: RawFrame): void {
    this.#connections.findLast(({ isOpen }) => isOpen)?.events.onFrame(frame);
  }

  /** Sends the venue's ping, as a WebSocket does. */
  ping(): void {
    this.#connections.findLast(({ isOpen }) => isOpen)?.events.onPing();
  }

  /** Cuts every connection. */
  cut(reason: string): void {
    for (const connection of this.#connections.filter(({ isOpen }) => isOpen)) {
      connection.isOpen = false;
      connection.events.onClose(reason);
    }
  }

  #isDue(connection: Connection, nowUs: number): boolean {
    const { frames } = this.#played;
    if (connection.at >= Math.min(frames.length, this.manners.silentFrom ?? frames.length)) return false;
    const isQuiet = nowUs - connection.lastSentUs >= QUIET_US;
    return connection.dueUs <= nowUs && (isQuiet || (this.isAsked && connection.at > 0));
  }

  #sendNext(connection: Connection): void {
    const { frames } = this.#played;
    const { at } = connection;
    const frame = frames[at]!;
    connection.at += 1;
    const pauseUs = (frames[at + 1]?.timeUs ?? Number.NaN) - frame.timeUs;
    const nowUs = this.#clock.nowUs();
    // Frames of one step of the bench keep their distance in the capture.
    const sinceUs = nowUs - connection.dueUs > PAUSE_US_MAX ? nowUs : connection.dueUs;
    connection.dueUs = this.isAsked
      ? sinceUs + Math.min(Math.max(0, pauseUs || 0), PAUSE_US_MAX)
      : nowUs + QUIET_US;
    for (const raw of this.manners.change?.(frame.raw, at) ?? [frame.raw]) {
      if (connection.isOpen) connection.events.onFrame(raw);
    }
  }

  #receive(connection: Connection, frame: RawFrame): void {
    if (!connection.isOpen) return;
    this.received.push(frame);
    connection.lastSentUs = this.#clock.nowUs();
    const answers = this.#played.script.answer?.(frame) ?? [];
    if (answers.length === 0 || this.manners.silentFrom === 0) return;
    this.#clock.soon(() => {
      for (const answer of answers) if (connection.isOpen) connection.events.onFrame(answer);
    });
  }
}
