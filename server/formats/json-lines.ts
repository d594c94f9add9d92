import { CaptureLines, mayBeCapture, type CaptureLine } from '../feeds/venue/capture-lines.ts';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { BrokenRowCounter, type BrokenRows } from './broken-rows.ts';
import type { ByteStream } from './file-streams.ts';
import { FrameEvents } from './frame-events.ts';
import { foundText, RecordingError } from './recording-error.ts';
import { noEvents } from './event-counts.ts';
import type { StreamReader } from './recording-format.ts';
import { TextLines } from './text-lines.ts';
import { isVenueFrame, VenueFrames } from './venue-frames.ts';

const HEAD_BYTES = 65_536;
/** Before its first frame a capture holds openings and requests. */
const HEAD_LINES_MAX = 32;

interface CapturedFrame {
  /** NaN for a bare frame, which has no time of its own. */
  receiveTimeUs: number;
  frame: unknown;
}

/** Whether the first line is a frame that is understood, with or without the time at which it was received. */
export function isCapture(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES)).toString('utf8');
  // A first line that is longer than the head is known by its beginning.
  if (/^[\d.]{9,30}(?: |: |\t)\{"(?:stream|e|lastUpdateId)":/.test(text)) return true;
  if (/^\{"topic":\s*"orderbook\./.test(text)) return true;
  const lines = new CaptureLines();
  return text.split('\n', HEAD_LINES_MAX).some((line) => {
    // Most files are CSV: an exception a line would cost more than the rest of a small one.
    if (!mayBeCapture(line)) return false;
    try {
      const captured = lines.read(line);
      return captured !== null && isVenueFrame(frameOf(captured)?.frame);
    } catch {
      return false;
    }
  });
}

/**
 * Frames of a venue as somebody recorded them, one a line: `<stamp> <json>`, `<stamp>: <json>`, `{"dir": "in", "t": "<seconds>", "raw": "<json>"}`, or the
 * bare frame. Which frames are understood is said in venue-frames; others are counted. Not reusable.
 */
export class JsonLinesReader implements StreamReader {
  readonly format = 'capture';
  readonly title = 'recorded frames';
  readonly counts = noEvents();
  readonly anomalies = new AnomalyCounter('quotes');
  readonly #stream: ByteStream;
  readonly #frames: VenueFrames;
  readonly #broken: BrokenRowCounter;
  readonly #captured = new CaptureLines();
  readonly #lines: TextLines;
  #rows = 0;

  constructor(stream: ByteStream, builder: RecordingBuilder, isStrict: boolean) {
    this.#broken = new BrokenRowCounter(isStrict);
    this.#lines = new TextLines(stream.label, (line, row) => this.#onLine(line, row));
    this.#stream = stream;
    this.#frames = new VenueFrames(new FrameEvents(builder, this.anomalies, this.counts));
  }

  get lastRow(): number {
    return this.#lines.line;
  }

  get rows(): number {
    return this.#rows;
  }

  get broken(): BrokenRows {
    return this.#broken.result();
  }

  push(bytes: Uint8Array): void {
    this.#lines.push(bytes);
  }

  finish(): void {
    this.#lines.finish();
    this.#broken.finish();
  }

  #onLine(line: string, row: number): void {
    if (line.trim() === '') return;
    this.#rows += 1;
    try {
      this.#take(line, row);
      this.#broken.sound();
    } catch (error) {
      this.#broken.broken(error);
    }
  }

  #take(line: string, row: number): void {
    const taken = this.#captured.read(line);
    // How the recorder was configured.
    if (taken === null) return;
    let captured: CapturedFrame | null;
    try {
      captured = frameOf(taken);
    } catch {
      throw this.#bad(row, `found ${foundText(line)}, expected a stamp and JSON, or JSON`);
    }
    if (captured === null) {
      this.anomalies.mark('lines_not_received');
      return;
    }
    const fault = this.#frames.take(captured.frame, captured.receiveTimeUs);
    if (fault !== null) throw this.#bad(row, `found ${foundText(line)}, expected ${fault}`);
  }

  #bad(row: number, sentence: string): RecordingError {
    return new RecordingError('bad-row', this.#stream.label, `, row ${row}: ${sentence}.`, { row });
  }
}

/** Null for a line in which nothing was received. @throws SyntaxError for what is no JSON */
function frameOf(line: CaptureLine): CapturedFrame | null {
  // What the client sent, and the opening of its connection, are no frames of the venue.
  if (line.kind !== 'in' || typeof line.raw !== 'string') return null;
  return { receiveTimeUs: line.timeUs, frame: JSON.parse(line.raw) as unknown };
}
