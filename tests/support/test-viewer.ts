import type { ClientMessage, Encoding, ServerMessage } from '#protocol';
import { Session } from '../../server/sessions/session.ts';
import type { SessionOptions } from '../../server/sessions/session-options.ts';
import { Admission } from '../../server/sessions/admission.ts';
import { ClientModel } from './client-model.ts';
import { MemorySocket, encoded } from './memory-socket.ts';
import { openGate } from './open-gate.ts';
import { soleTimeline } from './sole-timeline.ts';
import type { TestTimeline } from './test-timeline.ts';

/** One connection to a test's timeline, from its first byte on: session, socket and the client behind it. */
export class TestViewer {
  readonly socket: MemorySocket;
  readonly session: Session;
  readonly model: ClientModel;
  readonly log: { event: string; detail: Record<string, unknown> }[] = [];
  ended = 0;
  #heard = 0;

  constructor(
    parts: Pick<TestTimeline, 'clock' | 'timeline'>,
    options: { encoding?: Encoding; model?: ClientModel } & Partial<SessionOptions> = {},
  ) {
    const { encoding = 'binary', model = new ClientModel(), ...more } = options;
    this.socket = new MemorySocket(encoding);
    this.model = model;
    this.session = new Session({
      id: 'viewer',
      socket: this.socket,
      timelines: soleTimeline(parts.timeline, parts.clock),
      clock: parts.clock,
      serverName: 'test',
      allowControl: true,
      admission: new Admission(parts.clock),
      gate: openGate(parts.clock),
      bitsPerSecondMax: 0,
      onEnd: () => (this.ended += 1),
      log: (event, detail) => this.log.push({ event, detail }),
      ...more,
    });
  }

  /** Sends one message of any form. */
  say(message: ClientMessage | Record<string, unknown>): this {
    this.session.onFrame(encoded(message, this.socket.encoding));
    return this;
  }

  hello(resume?: { epoch: string; asOf: number }, token?: string): this {
    return this.say({
      type: 'hello',
      version: 1,
      client: 'test/1',
      ...(token === undefined ? {} : { token }),
      ...(resume === undefined ? {} : { resume }),
    });
  }

  subscribe(subscription: number, channel: string, selectors: readonly string[], more: object = {}): this {
    return this.say({ type: 'subscribe', subscription, channel, selectors, ...more });
  }

  /** Delivers all that waits, or the oldest frames of it. */
  deliver(frames?: number): this {
    this.model.receiveAll(this.socket.take(frames));
    return this;
  }

  /** Delivers all that waits; the control messages that came since the last look. */
  heard(): ServerMessage[] {
    this.deliver();
    const heard = this.model.messages.slice(this.#heard);
    this.#heard = this.model.messages.length;
    return heard;
  }

  /** Codes of the errors that came since the last look. */
  errors(): number[] {
    return this.heard().flatMap((message) => (message.type === 'error' ? [message.code] : []));
  }
}
