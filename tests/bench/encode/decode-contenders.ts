// Runs in a browser too: nothing of Node may be imported here.
import { QUOTE_FIELDS, invariant } from '#protocol';
import { Unpackr } from 'msgpackr';
import type { NamedUpdate } from '../named-fields.ts';
import type { Contender } from '../rounds.ts';
import type { Commit } from '../../../src/lib/client/worker-api.ts';
import { DashboardWorker } from './dashboard-worker.ts';
import type { DecodeLoad } from './decode-load.ts';

type QuotesCommit = NonNullable<Commit['quotes']>;

export const OURS = 'ours';
export const OURS_WITH_COMMIT = 'ours, with the commit';
/** What the ratio of the goal is formed with. */
export const JSON_OF_UPDATES = 'JSON.parse and assign';
export const JSON_OF_TICKS = "JSON.parse of a tick's array and assign";
export const MSGPACK_OF_UPDATES = 'msgpackr.unpack and assign';

const bytesOf = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** What a plain client holds: an object a symbol, into which each update is copied. */
class NamedQuotes {
  readonly #held = new Map<string, NamedUpdate>();

  get size(): number {
    return this.#held.size;
  }

  apply(update: NamedUpdate): void {
    const held = this.#held.get(update.symbol);
    if (held === undefined) this.#held.set(update.symbol, update);
    else Object.assign(held, update);
  }
}

/** A client that threw frames away would be fast: what it holds in the end must be what it was sent. */
function checkHeld({ ids, values }: QuotesCommit, held: DecodeLoad['held']): void {
  const width = QUOTE_FIELDS.length;
  let known = 0;
  for (const [row, id] of ids.entries()) {
    for (let field = 0; field < width; field += 1) {
      const value = values[row * width + field]!;
      // A field that was in no frame.
      if (Number.isNaN(value)) continue;
      invariant(value === held[id]![field], 'the client holds what the frames said');
      known += 1;
    }
  }
  invariant(known > 0, 'the client holds values');
}

/**
 * Takes the same updates from bytes or text to where the client keeps them, in each way. A unit is an update: one instrument in
 * one tick.
 * @param timeUs timeline time of version 0
 */
export function decodeContenders(load: DecodeLoad, timeUs: number): Contender[] {
  const opening = load.opening.map(bytesOf);
  const references = bytesOf(load.references);
  const messages = load.messages.flat().map(bytesOf);
  const packed = load.packed.map((tick) => tick.map(bytesOf));
  const tickTexts = load.texts.map((tick) => `[${tick.join(',')}]`);
  const updates = load.texts.reduce((sum, { length }) => sum + length, 0);
  const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });

  // One for both contenders: code that has seen two clients is compiled for two.
  const worker = new DashboardWorker(opening, timeUs);
  const perUpdate = new NamedQuotes();
  const perTick = new NamedQuotes();
  const unpacked = new NamedQuotes();

  const contenders: Contender[] = [
    {
      name: OURS,
      run() {
        worker.restart(references);
        for (const message of messages) worker.receive(message);
        return updates;
      },
    },
    {
      name: OURS_WITH_COMMIT,
      run() {
        worker.restart(references);
        worker.pull();
        for (const message of messages) {
          worker.receive(message);
          worker.pull();
        }
        return updates;
      },
    },
    {
      name: JSON_OF_UPDATES,
      run() {
        for (const tick of load.texts) {
          for (const text of tick) perUpdate.apply(JSON.parse(text) as NamedUpdate);
        }
        return updates;
      },
    },
    {
      name: JSON_OF_TICKS,
      run() {
        for (const text of tickTexts) {
          for (const update of JSON.parse(text) as NamedUpdate[]) perTick.apply(update);
        }
        return updates;
      },
    },
    {
      name: MSGPACK_OF_UPDATES,
      run() {
        for (const tick of packed) {
          for (const bytes of tick) unpacked.apply(unpackr.unpack(bytes) as NamedUpdate);
        }
        return updates;
      },
    },
  ];
  for (const contender of contenders.toReversed()) void contender.run();
  // Ours came last: all that its frames changed waits for the page.
  const { quotes } = worker.pull();
  invariant(quotes?.ids.length === perUpdate.size, 'the same instruments are held in each way');
  checkHeld(quotes, load.held);
  return contenders;
}
