import { createHash } from 'node:crypto';
import {
  FRAME_SNAPSHOT,
  SUBPROTOCOL_BINARY,
  SUBPROTOCOL_JSON,
  stepsToNumber,
  unixUs,
  type DictionaryEntry,
  type EventDensity,
  type FeedStatus,
  type Frame,
  type ServerMessage,
} from '#protocol';
import { createSimulation } from '../../../server/feeds/simulated/simulation.ts';
import type { BenchResult } from '../benchmark.ts';
import { namedUpdate } from '../named-fields.ts';
import { FrameMirror } from './frame-mirror.ts';
import { VIEW_RATE_HZ, ViewedMarket, wireBytes } from './viewed-market.ts';

const START_US = 1_750_000_000_000_000;
const SYMBOLS = 200;
/** About what a busy exchange sends of 200 symbols: most of them have changed by the next tick. */
const EVENTS_PER_SECOND = 4_000;
const STEP_US = 20_000;
const FEED: FeedStatus = {
  name: 'simulated',
  venue: 'SIM',
  state: 'live',
  simulated: true,
  message: '',
  eventsPerSecond: EVENTS_PER_SECOND,
  latencyMs: 0,
};
/** As a server tells it that has run for an hour. */
const LAST_HOUR: EventDensity = {
  fromTimeUs: unixUs(START_US - 3_600_000_000),
  bucketUs: 15_000_000,
  counts: Array.from({ length: 240 }, () => EVENTS_PER_SECOND * 15),
};
/** Share of the bytes of JSON that a session of ours may take. */
const GOAL = 0.15;

/** The server's first bytes on a connection (RFC 6455, section 4.2.2), in the form in which the ws library writes them. */
function upgradeAnswer(subprotocol: string | null): string {
  const accept = createHash('sha1').update('any').digest('base64');
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...(subprotocol === null ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    '\r\n',
  ].join('\r\n');
}

/**
 * The session as it is written by hand: JSON objects with names, all instruments with all values in the first message, then what changed.
 * Less than ours: neither welcome nor clock.
 */
class PlainSession {
  /** Each update a message of its own, as tutorials do it; and all of a tick in one. */
  bytesOfUpdates = upgradeAnswer(null).length;
  bytesOfTicks = upgradeAnswer(null).length;

  onStatus(status: ServerMessage): void {
    this.#send(status);
  }

  onSnapshot(quotes: readonly object[]): void {
    this.#send({ type: 'snapshot', quotes });
  }

  onTick(updates: readonly object[]): void {
    for (const update of updates) this.bytesOfUpdates += wireBytes(JSON.stringify(update));
    this.bytesOfTicks += wireBytes(JSON.stringify(updates));
  }

  #send(value: object): void {
    const bytes = wireBytes(JSON.stringify(value));
    this.bytesOfUpdates += bytes;
    this.bytesOfTicks += bytes;
  }
}

/** Reads what our session was sent and has the plain one say the same. */
class Translation {
  updates = 0;
  readonly #mirror = new FrameMirror();
  readonly #plain: PlainSession;

  constructor(plain: PlainSession) {
    this.#plain = plain;
  }

  onFrame(frame: Frame): void {
    const { entries, columns } = this.#mirror;
    const told: object[] = [];
    const content = this.#mirror.read(frame, (id, bits) =>
      told.push(namedUpdate(entries[id]!, id, bits, columns)),
    );
    if ('message' in content) {
      if (content.message.type === 'status') this.#plain.onStatus(content.message);
    } else if (content.kind === FRAME_SNAPSHOT) {
      const [quotes, names] = [told, entries.map(described)];
      this.#plain.onSnapshot(quotes.map((quote, at) => ({ ...names[at], ...quote })));
    } else {
      this.updates += told.length;
      this.#plain.onTick(told);
    }
  }
}

/** What a plain server says of an instrument when the viewer comes; the symbol stands in its quote. */
function described({ venue, name, assetClass, currency, tick, lot, open }: DictionaryEntry): object {
  return { venue, name, assetClass, currency, tick, lot, open: stepsToNumber(open, tick) };
}

/**
 * Everything that a viewer of 200 symbols is sent in a minute, from the first byte of the answer to the upgrade on: welcome, timeline,
 * status, dictionary, snapshot, deltas, re-basing, pong. Beside it the JSON variant of the very same messages, sent to a second viewer.
 */
export function wholeSession(seconds: number): BenchResult[] {
  const simulation = createSimulation({
    seed: 1,
    symbols: SYMBOLS,
    eventsPerSecond: EVENTS_PER_SECOND,
    startTimeUs: START_US,
  });
  const market = new ViewedMarket(START_US);
  simulation.define(market.engine);
  simulation.emitFirst(market);
  market.describeSource([FEED], LAST_HOUR);
  const plain = new PlainSession();
  const translation = new Translation(plain);
  let ours = upgradeAnswer(SUBPROTOCOL_BINARY).length;
  let json = upgradeAnswer(SUBPROTOCOL_JSON).length;
  market.connect('binary', (frame) => {
    ours += wireBytes(frame);
    translation.onFrame(frame);
  });
  market.connect('json', (frame) => (json += wireBytes(frame)));
  for (let nowUs = START_US + STEP_US; nowUs <= START_US + seconds * 1_000_000; nowUs += STEP_US) {
    simulation.advance(nowUs, market);
    market.advanceTo(nowUs);
  }
  const name = `wire: whole session, ${SYMBOLS} symbols, ${VIEW_RATE_HZ} Hz, ${seconds} s, ${translation.updates.toLocaleString('en-US')} updates`;
  const row = (baselineName: string, baseline: number): BenchResult => ({
    name,
    unit: 'bytes',
    better: 'lower',
    ours,
    baseline,
    baselineName,
  });
  return [
    row('JSON objects, a message an update', plain.bytesOfUpdates),
    {
      ...row('JSON objects, a message a tick', plain.bytesOfTicks),
      goal: `<= ${GOAL * 100} %`,
      met: ours <= GOAL * plain.bytesOfTicks,
    },
    row(`the same messages as ${SUBPROTOCOL_JSON}`, json),
  ];
}
