import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import type { ByteStream } from './file-streams.ts';
import { FrameEvents } from './frame-events.ts';
import { foundText, RecordingError } from './recording-error.ts';
import { noEvents } from './event-counts.ts';
import type { StreamReader } from './recording-format.ts';
import { timeOfText } from './time-text.ts';
import { isVenueFrame, VenueFrames } from './venue-frames.ts';

/** The largest frame of a venue that was seen is a megabyte; a file without line ends must not fill the memory. */
const LINE_BYTES_MAX = 16_777_216;
const HEAD_BYTES = 65_536;
/** Before its first frame a capture holds openings and requests. */
const HEAD_LINES_MAX = 32;
const LF = 10;
const US_DECIMALS = 6;

interface CapturedFrame {
  /** NaN for a bare frame, which has no time of its own. */
  receiveTimeUs: number;
  frame: unknown;
}

/** Whether the first line is a frame that is understood, with or without the time at which it was received. */
export function isCapture(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES)).toString('utf8');
  // A first line that is longer than the head is known by its beginning.
  if (/^\d{13,19} \{"(?:stream|e|lastUpdateId)":/.test(text)) return true;
  if (/^\{"topic":\s*"orderbook\./.test(text)) return true;
  return text.split('\n', HEAD_LINES_MAX).some((line) => {
    try {
      const { frame } = readLine(line);
      return isVenueFrame(frame);
    } catch {
      return false;
    }
  });
}

/**
 * Frames of a venue as somebody recorded them, one a line: `<stamp> <json>`, `{"dir": "in", "t": "<seconds>", "raw": "<json>"}`, or the
 * bare frame. Which frames are understood is said in venue-frames; others are counted. Not reusable.
 */
export class JsonLinesReader implements StreamReader {
  readonly format = 'capture';
  readonly title = 'recorded frames';
  readonly counts = noEvents();
  readonly anomalies = new AnomalyCounter('quotes');
  readonly #stream: ByteStream;
  readonly #frames: VenueFrames;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #line = 0;
  #rows = 0;

  constructor(stream: ByteStream, builder: RecordingBuilder) {
    this.#stream = stream;
    this.#frames = new VenueFrames(new FrameEvents(builder, this.anomalies, this.counts));
  }

  get lastRow(): number {
    return this.#line;
  }

  get rows(): number {
    return this.#rows;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, from)) {
      this.#take(this.#joined(bytes.subarray(from, end)));
      from = end + 1;
    }
    if (from === bytes.length) return;
    this.#restBytes += bytes.length - from;
    if (this.#restBytes > LINE_BYTES_MAX)
      throw this.#bad(this.#line + 1, `is longer than ${LINE_BYTES_MAX} bytes: expected one frame a line`);
    this.#rest.push(Buffer.from(bytes.subarray(from)));
  }

  finish(): void {
    if (this.#rest.length > 0) this.#take(this.#joined(new Uint8Array(0)));
  }

  #joined(end: Uint8Array): string {
    const line = this.#rest.length === 0 ? Buffer.from(end) : Buffer.concat([...this.#rest, end]);
    this.#rest = [];
    this.#restBytes = 0;
    return line.toString('utf8');
  }

  #take(line: string): void {
    this.#line += 1;
    if (line.trim() === '') return;
    this.#rows += 1;
    let captured: CapturedFrame;
    try {
      captured = readLine(line);
    } catch {
      throw this.#bad(this.#line, `found ${foundText(line)}, expected a stamp and JSON, or JSON`, ':');
    }
    if (captured.frame === null) {
      this.anomalies.mark('lines_not_received');
      return;
    }
    const fault = this.#frames.take(captured.frame, captured.receiveTimeUs);
    if (fault !== null) throw this.#bad(this.#line, `found ${foundText(line)}, expected ${fault}`, ':');
  }

  #bad(row: number, sentence: string, colon = ','): RecordingError {
    return new RecordingError('bad-row', this.#stream.label, `, row ${row}${colon} ${sentence}.`, { row });
  }
}

/** @throws SyntaxError for what is no JSON */
function readLine(line: string): CapturedFrame {
  const stamped = /^(\d{9,19}(?:\.\d+)?) (?=[[{])/.exec(line);
  if (stamped !== null)
    return {
      receiveTimeUs: stampUs(stamped[1]!),
      frame: JSON.parse(line.slice(stamped[0].length)) as unknown,
    };
  const value = JSON.parse(line) as unknown;
  if (typeof value !== 'object' || value === null || !('dir' in value))
    return { receiveTimeUs: Number.NaN, frame: value };
  const { dir, t, raw } = value as { dir: unknown; t?: unknown; raw?: unknown };
  // What the client sent, and the opening of its connection, are no frames of the venue.
  if (dir !== 'in' || typeof raw !== 'string') return { receiveTimeUs: Number.NaN, frame: null };
  return {
    receiveTimeUs: typeof t === 'string' ? stampUs(t) : Number.NaN,
    frame: JSON.parse(raw) as unknown,
  };
}

/** Seconds with decimals, or a whole number by its magnitude. */
function stampUs(text: string): number {
  const [whole, fraction] = text.split('.') as [string, string?];
  const timeUs = timeOfText(whole)?.timeUs ?? Number.NaN;
  return fraction === undefined
    ? timeUs
    : timeUs + Number(fraction.slice(0, US_DECIMALS).padEnd(US_DECIMALS, '0'));
}
