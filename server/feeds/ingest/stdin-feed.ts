import type { Readable } from 'node:stream';
import { invariant, type MarketEventType } from '#protocol';
import type { Clock, EventSink, Feed } from '../../engine/ports.ts';
import { faultSentence } from './fault-notice.ts';
import { LineCutter } from './line-cutter.ts';
import { addOutcome, lineRow, newReport } from './row-batch.ts';
import { RowIntake } from './row-intake.ts';

/** The longest row: a book of 5,000 levels a side. */
const LINE_BYTES_MAX = 1_048_576;
/** How often refused lines are told anew at most, us. */
const NOTICE_GAP_US = 1_000_000;

/**
 * Rows of a pipe, one JSON object a line, as a feed. The writer of the pipe waits while we work: the next piece is asked for only when
 * this one is in. Invariant: every line is either in the engine, empty, or counted and told with its number.
 */
export class StdinFeed implements Feed {
  readonly name = 'stdin';
  readonly venue = 'stdin';
  readonly simulated = false;
  readonly offers: readonly MarketEventType[] = ['trade', 'quote', 'book', 'statistics', 'bar'];
  readonly #clock: Clock;
  readonly #input: Readable;
  readonly #reserved: readonly string[];
  readonly #report = newReport();
  #toldRefused = 0;
  #toldUs = 0;
  #sink: EventSink | null = null;
  #isClosed = false;
  #reading: Promise<void> = Promise.resolve();

  /** @param options.reserved venues of the other feeds, whose prices are not to be mixed with these */
  constructor(options: { clock: Clock; input: Readable; reserved?: Iterable<string> }) {
    this.#clock = options.clock;
    this.#input = options.input;
    this.#reserved = [...(options.reserved ?? [])];
  }

  async start(sink: EventSink): Promise<void> {
    invariant(this.#sink === null, 'standard input is read once');
    this.#sink = sink;
    sink.onState('connecting', 'Waiting for the first line.');
    this.#reading = this.#read(sink);
  }

  /** Nothing to do: what is written is taken, watched or not. */
  subscribe(): void {}

  /** Nothing to do, as above. */
  unsubscribe(): void {}

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.destroy();
    await this.#reading;
  }

  async #read(sink: EventSink): Promise<void> {
    const intake = new RowIntake(sink, { venue: this.venue, reserved: this.#reserved });
    let rows = 0;
    const lines = new LineCutter(LINE_BYTES_MAX, (text, line) => {
      const given = lineRow(text, line, rows);
      if (given === null) return;
      rows += 1;
      addOutcome(this.#report, given, given.fault ?? intake.take(given.value, this.#clock.nowUs()));
      // Of the list only the newest is needed: the input may go on for weeks.
      if (this.#report.faults.length > 1) this.#report.faults.shift();
    });
    let isLive = false;
    try {
      for await (const chunk of this.#input) {
        if (this.#isClosed) return;
        lines.push(typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array));
        const nowUs = this.#clock.nowUs();
        const isNews = this.#report.refused > this.#toldRefused && nowUs - this.#toldUs >= NOTICE_GAP_US;
        if (isNews || (!isLive && this.#report.taken > 0)) {
          isLive = this.#report.taken > 0;
          this.#toldRefused = this.#report.refused;
          this.#toldUs = nowUs;
          sink.onState(isLive ? 'live' : 'connecting', this.#refusals());
        }
        await new Promise<void>((resolve) => this.#clock.soon(resolve));
      }
      lines.finish();
      if (!this.#isClosed)
        sink.onState('closed', `The input has ended after ${rows} rows. ${this.#refusals()}`.trim());
    } catch (error) {
      if (!this.#isClosed) sink.onState('down', `The input cannot be read: ${(error as Error).message}.`);
    }
  }

  #refusals(): string {
    const last = this.#report.faults.at(-1);
    if (last === undefined) return '';
    const { refused } = this.#report;
    return `${refused} ${refused === 1 ? 'row was' : 'rows were'} refused; the last was ${faultSentence(last)}`;
  }
}
