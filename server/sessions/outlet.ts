import {
  LIMITS,
  encodeInstrumentsMessage,
  encodePong,
  seqNo,
  type Channel,
  type Encoding,
  type InstrumentId,
  type ServerMessage,
  type StatusMessage,
} from '#protocol';
import type { Entitlement } from '../access/entitlement.ts';
import type { Dictionary } from '../engine/dictionary.ts';
import type { Clock } from '../engine/ports.ts';
import { headerBytes, readyMessage, type ReadyFrame } from '../engine/ready-frame.ts';
import type { TimelineViewer } from '../timelines/timeline.ts';
import { BackPressure } from './back-pressure.ts';
import { entitledMessage } from './entitled-message.ts';
import { joinedOnce, jsonOnce, newsOnce, readyOnce, textOnce } from './frame-cache.ts';
import type { PeerSocket } from './peer-socket.ts';

/** A number of one byte takes at most four characters, a comma or a sign included. */
const JSON_GROWTH_MAX = 4;

/** Whose outlet it is. */
export interface OutletOwner {
  /** Too much is unsent. Called in the midst of whoever is sending. */
  onOverflow(): void;
}

/**
 * What goes out to one peer: frames and messages in the order in which they are handed over, as far as the peer takes them.
 *
 * Invariant: what waits unsent is bounded by `queueBytesHard` and one frame.
 */
export class Outlet implements TimelineViewer {
  readonly pressure: BackPressure;
  controlBytes = 0;
  /** What the peer may see; null = everything. */
  entitlement: Entitlement | null = null;
  readonly #socket: PeerSocket;
  readonly #clock: Clock;
  #dictionary: Dictionary;
  readonly #owner: OutletOwner;
  /** What is said in answer to one message goes out in one write; null = nothing is being answered. */
  #answers: Buffer[] | null = null;
  /** Told with the next data frame, or when none comes soon. */
  #status: StatusMessage | null = null;
  #isShut = false;
  /** How many times the size of a binary frame its text may be: what may be sent is reckoned in binary. */
  readonly #growth: number;
  #servedCeilingHz: number = LIMITS.rateHzMax;
  /** The fastest rate that this peer was granted; a ceiling of the process above it does not concern it. */
  fastestHz = 0;

  constructor(socket: PeerSocket, clock: Clock, dictionary: Dictionary, owner: OutletOwner) {
    this.#socket = socket;
    this.#growth = socket.encoding === 'json' ? JSON_GROWTH_MAX : 1;
    this.#clock = clock;
    this.#dictionary = dictionary;
    this.#owner = owner;
    this.pressure = new BackPressure(this, clock);
  }

  /** Collects what is sent until `endAnswer`: a write for each message would be most of what a newcomer costs. */
  beginAnswer(): void {
    if (this.#socket.encoding === 'binary') this.#answers ??= [];
  }

  endAnswer(): void {
    const answers = this.#answers;
    this.#answers = null;
    if (answers === null || answers.length === 0) return;
    this.#socket.sendReady(answers.length === 1 ? answers[0]! : Buffer.concat(answers), null);
  }

  get encoding(): Encoding {
    return this.#socket.encoding;
  }

  /** Nothing goes out any more. */
  shut(): void {
    this.#isShut = true;
    this.#status = null;
    this.#answers = null;
  }

  /** Another timeline: what comes is written against its dictionary. */
  enter(dictionary: Dictionary): void {
    this.#dictionary = dictionary;
    this.#status = null;
    this.pressure.onEpoch();
  }

  /* ---- data ---- */

  room(rateHz: number): number {
    if (this.#isShut) return 0;
    const isBlocked = this.#socket.queuedBytes > 0 || this.#socket.isAhead;
    return Math.floor(this.pressure.room(isBlocked, rateHz) / this.#growth);
  }

  roomAtMost(): number {
    return Math.floor(this.pressure.roomAtMost() / this.#growth);
  }

  sendData(frame: ReadyFrame): void {
    if (!this.#mayStillSend()) return;
    const status = this.#status;
    if (this.#socket.encoding === 'json') {
      if (status !== null) this.flushStatus();
      const text = jsonOnce(frame);
      // The frame is counted by its binary size elsewhere.
      this.controlBytes -= frame.bytes.length;
      return this.#sendText(text);
    }
    if (this.#answers !== null) {
      if (status !== null) this.flushStatus();
      // Its memory may be used again before the answer goes out.
      this.#answers.push(Buffer.from(frame.bytes));
      return this.pressure.spend(frame.bytes.length);
    }
    if (status === null) {
      this.#socket.sendReady(frame.bytes, frame.slab);
      return this.pressure.spend(frame.bytes.length);
    }
    // One write for both: with ten frames a second, a write of its own for each status would cost a tenth more.
    this.#status = null;
    const first = readyOnce(status);
    this.controlBytes += first.length;
    const both = joinedOnce(first, frame);
    this.#socket.sendReady(both, null);
    this.pressure.spend(both.length);
  }

  /* ---- control ---- */

  tell(message: ServerMessage): void {
    this.#say(this.#entitled(message));
  }

  #say(message: ServerMessage): void {
    if (!this.#mayStillSend()) return;
    if (this.#socket.encoding === 'json') {
      this.#sendText(textOnce(message));
    } else {
      this.#sendControl(readyOnce(message));
    }
  }

  /** Past every bound: it is small, and the last. */
  tellLast(message: ServerMessage): void {
    this.endAnswer();
    if (this.#socket.encoding === 'json') this.#socket.sendText(textOnce(message));
    else this.#socket.sendReady(readyOnce(message), null);
    this.shut();
  }

  tellInstruments(generation: number, ids: readonly InstrumentId[], changed: readonly InstrumentId[]): void {
    const dictionary = this.#dictionary;
    if (this.#socket.encoding === 'json') {
      const entries = ids.map((id) => dictionary.entry(id));
      const references = dictionary.references(changed);
      this.tell({
        type: 'instruments',
        generation,
        entries,
        ...(references.length > 0 ? { references } : {}),
      });
    } else if (this.#mayStillSend()) {
      if (ids.length === 0) return this.#sendControl(newsOnce(dictionary, generation, changed));
      const entries = ids.map((id) => dictionary.entryBytes(id));
      const references = dictionary.references(changed);
      this.#sendControl(readyMessage(encodeInstrumentsMessage(generation, entries, references)));
    }
  }

  tellLost(channel: Channel, instrument: InstrumentId, fromSeq: number, toSeq: number): void {
    const type = channel === 'raw' ? 'changes-lost' : 'trades-lost';
    this.tell({ type, instrument, fromSeq: seqNo(fromSeq), toSeq: seqNo(toSeq) });
  }

  tellStatus(status: StatusMessage): void {
    if (!this.#isShut) this.#status = this.#entitled(status);
  }

  flushStatus(): void {
    const status = this.#status;
    if (status === null) return;
    this.#status = null;
    this.#say(status);
  }

  onEpoch(): void {
    this.pressure.onEpoch();
  }

  /** Answers a `ping`. */
  tellPong(nonce: number): void {
    const serverTimeUs = this.#clock.nowUs();
    if (this.#socket.encoding === 'json') this.tell({ type: 'pong', nonce, serverTimeUs });
    else if (this.#mayStillSend()) this.#sendControl(readyMessage(encodePong(nonce, serverTimeUs)));
  }

  onCeiling(ceilingHz: number): void {
    this.#servedCeilingHz = ceilingHz;
    this.pressure.onServerBusy(ceilingHz < this.fastestHz ? ceilingHz : null);
  }

  /** The fastest granted rate changed. */
  onRates(fastestHz: number): void {
    this.fastestHz = fastestHz;
    this.onCeiling(this.#servedCeilingHz);
  }

  #entitled<Message extends ServerMessage>(message: Message): Message {
    return this.entitlement === null ? message : entitledMessage(message, this.entitlement, this.#dictionary);
  }

  #sendText(text: string): void {
    this.#socket.sendText(text);
    const payload = Buffer.byteLength(text);
    const bytes = payload + headerBytes(payload);
    this.controlBytes += bytes;
    this.pressure.spend(bytes);
  }

  #sendControl(bytes: Buffer): void {
    this.controlBytes += bytes.length;
    if (this.#answers === null) this.#socket.sendReady(bytes, null);
    else this.#answers.push(bytes);
    this.pressure.spend(bytes.length);
  }

  /** False once too much waits. The session ends a moment later, not in the midst of whoever is serving it. */
  #mayStillSend(): boolean {
    if (this.#isShut) return false;
    if (this.#socket.queuedBytes <= LIMITS.queueBytesHard) return true;
    this.shut();
    this.#owner.onOverflow();
    return false;
  }
}
