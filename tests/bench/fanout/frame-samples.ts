import {
  BinaryNumbers,
  FRAME_DELTA,
  decodeServerFrame,
  readFrameHead,
  timeAt,
  type TimelineClock,
} from '#protocol';
import { webSocketBytes } from '../quote-market.ts';
import type { Lateness } from './control.ts';
import { latenessOf, type Arrival } from './lateness.ts';
import type { Form } from './load-forms.ts';

/** Frame sizes that are kept for others to imitate. */
const SIZES_MAX = 100;

interface Message {
  readonly client: number;
  readonly arrivalUs: number;
  readonly payload: Uint8Array;
}

/** Opens the messages of a group's sampled clients, later: not while the server is being measured. */
export class FrameSamples {
  readonly #form: Form;
  #messages: Message[] = [];
  #clock: TimelineClock | null = null;
  #arrivals: Arrival[] = [];

  constructor(form: Form) {
    this.#form = form;
  }

  add(client: number, arrivalUs: number, payload: Uint8Array): void {
    this.#messages.push({ client, arrivalUs, payload: payload.slice() });
  }

  /** Opens what has come since the last call. */
  open(): { bytes: number; updates: number; frameBytes: number[] } {
    const frameBytes: number[] = [];
    let bytes = 0;
    let updates = 0;
    for (const { client, arrivalUs, payload } of this.#messages) {
      if (this.#form.isData(payload[0]!)) {
        bytes += webSocketBytes(payload.length);
        updates += this.#form.updatesIn(payload);
        if (client === 0 && frameBytes.length < SIZES_MAX) frameBytes.push(webSocketBytes(payload.length));
        this.#noteArrival(arrivalUs, payload);
      } else if (this.#form.subprotocol !== 'mqtt' && payload[0]! >= 0x80) {
        this.#noteClock(payload);
      }
    }
    this.#messages = [];
    return { bytes, updates, frameBytes };
  }

  /** Of the frames that were opened since the last call. */
  lateness(rateHz: number): Lateness {
    const lateness = latenessOf(this.#arrivals, rateHz);
    this.#arrivals = [];
    return lateness;
  }

  #noteArrival(arrivalUs: number, payload: Uint8Array): void {
    if (this.#clock === null) return;
    const head = readFrameHead(new BinaryNumbers(payload));
    if (head.kind === FRAME_DELTA) this.#arrivals.push({ madeUs: timeAt(this.#clock, head.asOf), arrivalUs });
  }

  /** `welcome` and `timeline` say which time a version stands for. Nothing else here has a map for a message. */
  #noteClock(payload: Uint8Array): void {
    const frame = decodeServerFrame(payload);
    if ('message' in frame && (frame.message.type === 'welcome' || frame.message.type === 'timeline'))
      this.#clock = frame.message.clock;
  }
}
