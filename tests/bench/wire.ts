// How many bytes does an update take on the wire, compared with sending the changed fields by name?
import { instrumentId, invariant } from '#protocol';
import { Packr } from 'msgpackr';
import { basename } from 'node:path';
import { createSimulation } from '../../server/feeds/simulated/simulation.ts';
import { openRecording } from '../../server/formats/open-recording.ts';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { DeflatedSocket } from './deflated-socket.ts';
import { FrameReader } from './frame-reader.ts';
import { namedUpdate, type NamedUpdate } from './named-fields.ts';
import { playInTicks, QuoteMarket, TICK_US, webSocketBytes } from './quote-market.ts';

const START_US = 1_750_000_000_000_000;
/** By then the frame heads have their everyday length and the first re-basing has happened, s of market time. */
const SETTLED_S = 70;
const SYMBOLS = 40;

const packr = new Packr({ useRecords: false, variableMapSize: true });

/** Sizes of the same updates in every form, WebSocket headers included. */
class SizeCount {
  updates = 0;
  fields = 0;
  ours = 0;
  json = 0;
  msgpack = 0;
  /** Texts of whole ticks, for the compressed form. */
  readonly ticks: string[] = [];

  add(frame: Uint8Array, updates: readonly NamedUpdate[]): void {
    this.ours += webSocketBytes(frame.length);
    for (const update of updates) {
      this.json += webSocketBytes(Buffer.byteLength(JSON.stringify(update)));
      this.msgpack += webSocketBytes(packr.pack(update).length);
      this.fields += Object.keys(update).length - 1;
    }
    this.updates += updates.length;
    this.ticks.push(JSON.stringify(updates));
  }

  async results(name: string): Promise<BenchResult[]> {
    invariant(this.updates > 0, 'a market that is measured moves');
    const deflated = await new DeflatedSocket().bytesOf(this.ticks);
    const unit = `bytes/update of ${(this.fields / this.updates).toFixed(1)} fields`;
    const row = (baselineName: string, bytes: number): BenchResult => ({
      name,
      unit,
      better: 'lower',
      ours: this.ours / this.updates,
      baseline: bytes / this.updates,
      baselineName,
    });
    return [
      row('JSON, a message an update', this.json),
      row('msgpackr map, a message an update', this.msgpack),
      row('JSON array a tick, deflated', deflated),
    ];
  }
}

/** Plays a market to a viewer, tick by tick, and counts what each tick takes from the call of `begin` on. */
async function measure(
  name: string,
  startUs: number,
  play: (market: QuoteMarket, begin: () => void) => void,
): Promise<BenchResult[]> {
  const count = new SizeCount();
  let counting = false;
  let dictionaryBytesBefore = 0;
  const market = new QuoteMarket(startUs, (frame) => {
    const updates: NamedUpdate[] = [];
    reader.read(frame, (id, bits) => {
      const definition = market.engine.dictionary.definition(instrumentId(id));
      if (counting) updates.push(namedUpdate(definition, id, bits, reader.columns));
    });
    if (counting) count.add(frame, updates);
  });
  const reader = new FrameReader(market.engine, startUs);
  play(market, () => {
    counting = true;
    dictionaryBytesBefore = market.dictionaryBytes;
  });
  reader.checkSame();
  count.ours += market.dictionaryBytes - dictionaryBytesBefore;
  return count.results(name);
}

function simulated(eventsPerSecond: number, settledS: number, seconds: number): Promise<BenchResult[]> {
  const name = `wire: simulated, ${SYMBOLS} symbols, ${eventsPerSecond.toLocaleString('en-US')} events/s`;
  const simulation = createSimulation({ seed: 1, symbols: SYMBOLS, eventsPerSecond, startTimeUs: START_US });
  return measure(name, START_US, (market, begin) => {
    simulation.define(market);
    simulation.emitFirst(market);
    market.watch(START_US);
    const settledUs = START_US + settledS * 1_000_000;
    const endUs = settledUs + seconds * 1_000_000;
    for (let nowUs = START_US + TICK_US; nowUs <= endUs; nowUs += TICK_US) {
      simulation.advance(nowUs, market);
      market.tick(nowUs);
      if (nowUs === settledUs) begin();
    }
  });
}

async function recorded(path: string, eventsMax: number): Promise<BenchResult[]> {
  const { recording } = await openRecording([path]);
  const startUs = recording.firstTimeUs - TICK_US;
  const name = `wire: ${basename(path)}, ${recording.instruments.length} symbols`;
  return measure(name, startUs, (market, begin) => {
    for (const instrument of recording.instruments) market.define(instrument);
    market.watch(startUs);
    begin();
    playInTicks(recording, Math.min(recording.events, eventsMax), market);
  });
}

export const wire: Benchmark = {
  name: 'wire',
  question: 'How many bytes does an update take on the wire?',
  async run({ smoke, recordings }: BenchOptions): Promise<BenchResult[]> {
    const settledS = smoke ? 1 : SETTLED_S;
    const seconds = smoke ? 1 : 120;
    const results = [
      ...(await simulated(1_000, settledS, seconds)),
      ...(await simulated(10_000, settledS, seconds)),
    ];
    for (const path of recordings) results.push(...(await recorded(path, smoke ? 2_000 : Infinity)));
    return results;
  },
};
