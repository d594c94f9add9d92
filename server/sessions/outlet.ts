import {
  LIMITS,
  encodeInstrumentsMessage,
  seqNo,
  type InstrumentId,
  type ServerMessage,
  type StatusMessage,
} from '#protocol';
import type { Dictionary } from '../engine/dictionary.ts';
import type { Clock } from '../engine/ports.ts';
import { readyMessage, type ReadyFrame } from '../engine/ready-frame.ts';
import type { TimelineViewer } from '../timelines/timeline.ts';
import { BackPressure } from './back-pressure.ts';
import { joinedOnce, jsonOnce, readyOnce, textOnce } from './frame-cache.ts';
import type { PeerSocket } from './peer-socket.ts';

export interface OutletOptions {
  readonly socket: PeerSocket;
  readonly clock: Clock;
  readonly dictionary: Dictionary;
  /** Too much is unsent. Called in the midst of whoever is sending. */
  readonly onOverflow: () => void;
}

/**
 * What goes out to one peer: frames and messages in the order in which they are handed over, as far as the peer takes them.
 *
 * Invariant: what waits unsent is bounded by `queueBytesHard` and one frame.
 */
export class Outlet implements TimelineViewer {
  readonly pressure: BackPressure;
  controlBytes = 0;
  readonly #socket: PeerSocket;
  readonly #clock: Clock;
  readonly #dictionary: Dictionary;
  readonly #onOverflow: () => void;
  /** Told with the next data frame, or when none comes soon. */
  #status: StatusMessage | null = null;
  #isShut = false;
  #servedCeilingHz: number = LIMITS.rateHzMax;
  /** The fastest rate that this peer was granted; a ceiling of the process above it does not concern it. */
  fastestHz = 0;

  constructor({ socket, clock, dictionary, onOverflow }: OutletOptions) {
    this.#socket = socket;
    this.#clock = clock;
    this.#dictionary = dictionary;
    this.#onOverflow = onOverflow;
    this.pressure = new BackPressure((message) => this.tell(message));
  }

  /** Nothing goes out any more. */
  shut(): void {
    this.#isShut = true;
    this.#status = null;
  }

  /* ---- data ---- */

  room(rateHz: number): number {
    return this.#isShut ? 0 : this.pressure.room(this.#socket.queuedBytes, rateHz, this.#nowUs);
  }

  roomAtMost(): number {
    return this.pressure.roomAtMost(this.#nowUs());
  }

  sendData(frame: ReadyFrame): void {
    if (!this.#mayStillSend()) return;
    const status = this.#status;
    if (this.#socket.encoding === 'json') {
      if (status !== null) this.flushStatus();
      return this.#sendText(jsonOnce(frame));
    }
    if (status === null) {
      this.#socket.sendReady(frame.bytes, frame.slab);
      this.pressure.spend(frame.bytes.length, this.#nowUs);
      return;
    }
    // One write for both: with ten frames a second, a write of its own for each status would cost a tenth more.
    this.#status = null;
    const first = readyOnce(status);
    this.controlBytes += first.length;
    const both = joinedOnce(first, frame);
    this.#socket.sendReady(both, null);
    this.pressure.spend(both.length, this.#nowUs);
  }

  /* ---- control ---- */

  tell(message: ServerMessage): void {
    if (!this.#mayStillSend()) return;
    if (this.#socket.encoding === 'json') {
      const text = textOnce(message);
      this.controlBytes += text.length;
      this.#sendText(text);
    } else {
      this.#sendControl(readyOnce(message));
    }
  }

  /** Past every bound: it is small, and the last. */
  tellLast(message: ServerMessage): void {
    if (this.#socket.encoding === 'json') this.#socket.sendText(textOnce(message));
    else this.#socket.sendReady(readyOnce(message), null);
    this.shut();
  }

  tellInstruments(generation: number, ids: readonly InstrumentId[], changed: readonly InstrumentId[]): void {
    const dictionary = this.#dictionary;
    const references = dictionary.references(changed);
    if (this.#socket.encoding === 'json') {
      const entries = ids.map((id) => dictionary.entry(id));
      this.tell({
        type: 'instruments',
        generation,
        entries,
        ...(references.length > 0 ? { references } : {}),
      });
    } else if (this.#mayStillSend()) {
      const entries = ids.map((id) => dictionary.entryBytes(id));
      this.#sendControl(readyMessage(encodeInstrumentsMessage(generation, entries, references)));
    }
  }

  tellLost(instrument: InstrumentId, fromSeq: number, toSeq: number): void {
    this.tell({ type: 'trades-lost', instrument, fromSeq: seqNo(fromSeq), toSeq: seqNo(toSeq) });
  }

  tellStatus(status: StatusMessage): void {
    if (!this.#isShut) this.#status = status;
  }

  flushStatus(): void {
    const status = this.#status;
    if (status === null) return;
    this.#status = null;
    this.tell(status);
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

  readonly #nowUs = (): number => this.#clock.nowUs();

  #sendText(text: string): void {
    this.#socket.sendText(text);
    this.pressure.spend(text.length, this.#nowUs);
  }

  #sendControl(bytes: Buffer): void {
    this.controlBytes += bytes.length;
    this.#socket.sendReady(bytes, null);
    this.pressure.spend(bytes.length, this.#nowUs);
  }

  /** False once too much waits. The session ends a moment later, not in the midst of whoever is serving it. */
  #mayStillSend(): boolean {
    if (this.#isShut) return false;
    if (this.#socket.queuedBytes <= LIMITS.queueBytesHard) return true;
    this.shut();
    this.#onOverflow();
    return false;
  }
}
