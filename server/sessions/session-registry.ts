import { randomBytes } from 'node:crypto';
import type { ViewerGate } from '../access/viewer-gate.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { Backlog, SessionReport } from '../engine/reports.ts';
import type { Timelines } from '../timelines/timelines.ts';
import { Admission } from './admission.ts';
import type { PeerSocket } from './peer-socket.ts';
import type { SessionOptions } from './session-options.ts';
import { Session } from './session.ts';

const SWEEP_INTERVAL_MS = 1_000;
/** Clients come back spread over this time after a restart, ms. */
const RETRY_SPREAD_MS = 2_000;

export interface RegistryOptions {
  readonly clock: Clock;
  readonly timelines: Timelines;
  readonly serverName: string;
  readonly allowControl: boolean;
  readonly connectionsMax: number;
  readonly gate: ViewerGate;
  /** Connections at once whose `hello` was not accepted yet, where viewers are asked who they are. */
  readonly unknownMax: number;
  /** Ceiling over every connection's bandwidth, bits a second; 0 = none. */
  readonly bitsPerSecondMax: number;
  readonly log: SessionOptions['log'];
}

/** All sessions of this process, and the one timer that watches their deadlines. */
export class SessionRegistry {
  readonly #options: RegistryOptions;
  readonly #sessions = new Set<Session>();
  /** Of those, whose `hello` was not accepted yet. */
  readonly #unknown = new Set<Session>();
  /** Lets newcomers in, from their connection to their subscriptions. */
  readonly admission: Admission;
  readonly #sweep: Cancel;
  #closing = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.admission = new Admission(options.clock);
    this.#sweep = options.clock.every(SWEEP_INTERVAL_MS, () => {
      const nowUs = options.clock.nowUs();
      for (const session of this.#sessions) session.sweep(nowUs);
    });
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Newcomers whose turn has not come yet. */
  get joinsWaiting(): number {
    return this.admission.waiting;
  }

  /** What waits in all sockets, and who is slowed down: cheap enough to be asked every few seconds. */
  backlog(): Backlog {
    const throttled = { 'queue-full': 0, 'client-lag': 0, 'server-busy': 0 };
    let heldBytes = 0;
    for (const session of this.#sessions) {
      heldBytes += session.heldBytes;
      if (session.throttled !== null) throttled[session.throttled] += 1;
    }
    return { heldBytes, throttled };
  }

  reports(): SessionReport[] {
    return [...this.#sessions].map((session) => session.report());
  }

  /** Whether nobody may come in any more, for now. */
  get full(): boolean {
    const { connectionsMax, unknownMax, gate } = this.#options;
    if (this.#closing || this.#sessions.size >= connectionsMax) return true;
    return !gate.isOpen && this.#unknown.size >= unknownMax;
  }

  /** Connections whose `hello` was not accepted yet. */
  get unknown(): number {
    return this.#unknown.size;
  }

  open(socket: PeerSocket): Session {
    const { clock, timelines, serverName, allowControl, bitsPerSecondMax, gate, log } = this.#options;
    const session = new Session({
      id: randomBytes(9).toString('base64url'),
      socket,
      timelines,
      clock,
      serverName,
      allowControl,
      admission: this.admission,
      gate,
      bitsPerSecondMax,
      log,
      onGreeted: (greeted) => this.#unknown.delete(greeted),
      onEnd: (ended) => {
        this.#sessions.delete(ended);
        this.#unknown.delete(ended);
      },
    });
    this.#sessions.add(session);
    this.#unknown.add(session);
    if (this.#sessions.size > this.#options.connectionsMax) session.close('overloaded', '', RETRY_SPREAD_MS);
    return session;
  }

  /** Says goodbye to everybody, each with another time to come back. */
  closeAll(): void {
    this.#closing = true;
    this.#sweep();
    this.admission.close();
    let index = 0;
    for (const session of [...this.#sessions]) {
      session.close('shutdown', '', 250 + (index % RETRY_SPREAD_MS));
      index += 37;
    }
  }
}
