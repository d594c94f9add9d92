import type { MarketEvent } from '#protocol';
import { note, type CaptureSummary } from './capture-summary.ts';
import { takeWhole, type Portions } from './portions.ts';
import type {
  Venue,
  VenueConnection,
  VenueFault,
  VenueInstrument,
  VenuePort,
  VenueRest,
  VenueTrade,
} from './ports.ts';

/** What the ports of all connections of a run share. */
export interface CapturePortOwner {
  readonly venue: Venue;
  readonly rest: VenueRest;
  readonly summary: CaptureSummary;
  instrument(symbol: string): VenueInstrument;
  event(event: MarketEvent): void;
  /** False for one whose numbers are none. */
  trade(trade: VenueTrade): boolean;
  fail(reason: string): void;
}

/**
 * The port of one recorded connection. Invariant: however often an adapter says that it does not know a frame, or that the frame is
 * broken, it counts as one frame.
 */
export class CapturePort implements VenuePort {
  readonly #owner: CapturePortOwner;
  readonly #onFirstSight: (symbol: string) => void;
  readonly #asked = new Set<string>();
  readonly #marks = new Set<'unknownFrames' | 'malformedFrames' | 'unexpectedFrames'>();
  #isInFrame = false;
  #checksumFailures = 0;
  #checksumFaults = 0;
  #resync = new Set<string>();

  constructor(owner: CapturePortOwner, onFirstSight: (symbol: string) => void) {
    this.#owner = owner;
    this.#onFirstSight = onFirstSight;
  }

  get rest(): VenueRest {
    return this.#owner.rest;
  }

  /** False when it was asked for before. */
  addAsked(symbol: string): boolean {
    if (this.#asked.has(symbol)) return false;
    this.#asked.add(symbol);
    return true;
  }

  beginFrame(): void {
    this.#marks.clear();
    this.#isInFrame = true;
  }

  endFrame(connection: VenueConnection): void {
    this.#isInFrame = false;
    for (const symbol of this.#resync) connection.resync(symbol);
    this.#resync.clear();
  }

  instrument(symbol: string): VenueInstrument {
    if (!this.#asked.has(symbol)) this.#onFirstSight(symbol);
    return this.#owner.instrument(symbol);
  }

  event(event: MarketEvent): void {
    this.#owner.event(event);
  }

  trade(trade: VenueTrade): void {
    this.instrument(trade.symbol);
    if (!this.#owner.trade(trade)) this.#mark('malformedFrames');
  }

  fault(fault: VenueFault): void {
    const { summary } = this.#owner;
    summary.faults[fault.kind] += 1;
    if (fault.kind === 'gap') summary.sequenceGaps += 1;
    if (fault.kind === 'malformed') this.#mark('malformedFrames');
    if (fault.kind === 'checksum') this.#countChecksum(0, 1);
    note(summary, fault.symbol === undefined ? fault.detail : `${fault.symbol}: ${fault.detail}`);
    for (const symbol of fault.symbol === undefined ? this.#asked : [fault.symbol]) this.#resync.add(symbol);
  }

  checksum(isRight: boolean): void {
    this.#owner.summary.checksumsChecked += 1;
    if (!isRight) this.#countChecksum(1, 0);
  }

  unknown(kind: string): void {
    this.#mark('unknownFrames');
    note(this.#owner.summary, `Unknown frame: ${kind}`);
  }

  malformed(reason: string): void {
    this.#mark('malformedFrames');
    note(this.#owner.summary, `Malformed frame: ${reason}`);
  }

  unexpected(what: string): void {
    this.#mark('unexpectedFrames');
    note(this.#owner.summary, `Not asked for: ${what}`);
  }

  refused(symbol: string, channel: string, reason: string): void {
    note(this.#owner.summary, `${symbol}: ${channel} was refused: ${reason}`);
  }

  notice(sentence: string): void {
    note(this.#owner.summary, `The venue says: ${sentence}`);
  }

  rotate(reason: string): void {
    note(this.#owner.summary, `A new connection was asked for: ${reason}`);
  }

  fail(reason: string, permanent: boolean): void {
    if (permanent) this.#owner.fail(reason);
    else note(this.#owner.summary, `The connection failed: ${reason}`);
  }

  /** Nobody else is to be let in. */
  inPortions(_symbol: string, work: Portions): void {
    takeWhole(work);
  }

  /** A name stands for the secret: without one an adapter would refuse to begin. */
  key(env: string): string {
    return env;
  }

  live(): void {}
  acknowledged(): void {}
  ready(): void {}
  heartbeat(): void {}
  send(): void {}

  /** A wrong checksum may be told as such, as a fault, or as both: it counts once. */
  #countChecksum(failures: number, faults: number): void {
    const before = Math.max(this.#checksumFailures, this.#checksumFaults);
    this.#checksumFailures += failures;
    this.#checksumFaults += faults;
    this.#owner.summary.checksumFailures += Math.max(this.#checksumFailures, this.#checksumFaults) - before;
  }

  #mark(kind: 'unknownFrames' | 'malformedFrames' | 'unexpectedFrames'): void {
    if (this.#isInFrame && this.#marks.has(kind)) return;
    this.#marks.add(kind);
    this.#owner.summary[kind] += 1;
  }
}
