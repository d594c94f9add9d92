import { unixUs } from '#protocol';
import { playedVenue, type PlayedVenue } from '../../../server/feeds/kit/venue-script.ts';
import type { CaptureLine } from '../../../server/feeds/venue/capture-lines.ts';
import type { RawFrame, VenueConnection } from '../../../server/feeds/venue/ports.ts';
import { RecordingPort } from '../recording-port.ts';
import type { ScriptTrade, VenueScript } from './script.ts';

const START_US = 1_790_856_000_000_000;
const STEP_US = 200_000;
const ROUNDS = 6;

/** An adapter's connection and the script of its venue in talk; what they say is the capture. */
class Talk extends RecordingPort {
  readonly lines: CaptureLine[];
  readonly past: ScriptTrade[] = [];
  readonly #script: VenueScript;
  #connection: VenueConnection | null = null;
  #timeUs = START_US;

  constructor(script: VenueScript) {
    super(script.symbols);
    this.#script = script;
    this.lines = [{ kind: 'open', conn: '0', timeUs: START_US, url: script.venue.url }];
  }

  override readonly rest = {
    text: async (path: string): Promise<string> => {
      const body = this.#script.rest(path, this.past);
      if (body === null) throw new Error(`There is no ${path}.`);
      const url = `${this.#script.venue.restUrl}${path}`;
      this.lines.push({ kind: 'rest', url, timeUs: Number.NaN, body });
      return body;
    },
  };

  override key(env: string): string {
    return this.#script.env?.[env] ?? '';
  }

  override send(frame: RawFrame): void {
    this.#note('out', frame);
    for (const answer of this.#script.answer(frame, new Set())) this.receive(answer);
  }

  receive(frame: RawFrame): void {
    this.#note('in', frame);
    this.#connection?.onFrame(frame, unixUs(this.#timeUs));
  }

  begin(): void {
    const { venue, symbols } = this.#script;
    const connection = venue.connect(this);
    this.#connection = connection;
    connection.onOpen();
    for (const frame of this.#script.greeting()) this.receive(frame);
    for (const frame of connection.subscribe(symbols)) this.send(frame);
  }

  /** A heartbeat, a trade of each symbol, a change of each book. */
  round(id: number): void {
    for (const frame of this.#script.heartbeat()) this.receive(frame);
    for (const symbol of this.#script.symbols) {
      const trade = { symbol, id, price: '100.25', size: '0.5', timeUs: this.#timeUs };
      this.past.push(trade);
      this.receive(this.#script.trade(trade));
      const change = this.#script.bookChange(symbol);
      if (change !== null) this.receive(change);
    }
  }

  #note(kind: 'in' | 'out', raw: RawFrame): void {
    this.#timeUs += STEP_US;
    this.lines.push({ kind, conn: '0', timeUs: this.#timeUs, raw });
  }
}

/** What a fake venue says to its own adapter, as a capture that the conformance kit can play. */
export async function scriptedCapture(script: VenueScript): Promise<PlayedVenue> {
  const talk = new Talk(script);
  await script.venue.listings(talk.rest, script.symbols);
  talk.begin();
  for (let round = 1; round <= ROUNDS; round += 1) {
    talk.round(100 + round);
    await new Promise(setImmediate);
  }
  return playedVenue(script.venue, talk.lines, { rest: (path) => script.rest(path, talk.past) });
}
