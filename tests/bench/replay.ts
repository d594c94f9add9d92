// What does it cost to read a recording, and to play it through the engine?
import { invariant, type MarketEvent } from '#protocol';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openRecording } from '../../server/formats/open-recording.ts';
import type { RecordingReader } from '../../server/tape/ports.ts';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { EmitterMarket } from './emitter-market.ts';
import { playInTicks, QuoteMarket, TICK_US } from './quote-market.ts';
import { cpuNsPerUnit, type Contender, type RoundLength } from './rounds.ts';

const NS_PER_S = 1_000_000_000;
const OURS = 'ours';
const BASELINE_READ = 'gunzip, split into lines and cells, Number()';
const BASELINE_PLAY = 'array of objects, Map + EventEmitter, JSON';

type PlainRow = Record<string, string | number>;

/** The plain way to read a CSV file with a header: floats for what looks like a number, no check of anything. */
function readPlain(path: string): PlainRow[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [header = '', ...lines] = text.split('\n');
  const names = header.split(',');
  const rows: PlainRow[] = [];
  for (const line of lines) {
    if (line === '') continue;
    const row: PlainRow = {};
    line.split(',').forEach((cell, index) => {
      const value = Number(cell);
      row[names[index] ?? ''] = Number.isNaN(value) ? cell : value;
    });
    rows.push(row);
  }
  return rows;
}

function readers(path: string): Contender[] {
  return [
    {
      name: OURS,
      async run() {
        const { recording } = await openRecording([path]);
        return recording.events;
      },
    },
    { name: BASELINE_READ, run: () => readPlain(path).length },
  ];
}

/** The whole recording into the engine with a 10 Hz viewer, against objects in memory into the plain market with one. */
function players(recording: RecordingReader): Contender[] {
  const startUs = recording.firstTimeUs;
  const copies: MarketEvent[] = [];
  recording.play(0, recording.events, (event) => void copies.push(structuredClone(event)));
  let ours: QuoteMarket;
  let plain: EmitterMarket;
  return [
    {
      name: OURS,
      prepare() {
        ours = new QuoteMarket(startUs, () => undefined);
        for (const instrument of recording.instruments) ours.define(instrument);
        ours.watch(startUs);
      },
      run() {
        playInTicks(recording, recording.events, ours);
        return recording.events;
      },
    },
    {
      name: BASELINE_PLAY,
      prepare() {
        plain = new EmitterMarket();
        for (const instrument of recording.instruments) plain.define(instrument);
      },
      run() {
        let tickUs: number = startUs;
        for (const event of copies) {
          if (event.receiveTimeUs > tickUs) {
            plain.tick();
            tickUs = startUs + Math.ceil((event.receiveTimeUs - startUs) / TICK_US) * TICK_US;
          }
          plain.onEvent(event);
        }
        plain.tick();
        return copies.length;
      },
    },
  ];
}

async function compare(
  name: string,
  contenders: readonly Contender[],
  length: RoundLength,
): Promise<BenchResult> {
  const [ours, baseline] = contenders;
  invariant(ours !== undefined && baseline !== undefined, 'two sides are compared');
  const times = await cpuNsPerUnit(contenders, length);
  return {
    name,
    unit: 'events/CPU s',
    better: 'higher',
    ours: NS_PER_S / times.get(ours.name)!,
    baseline: NS_PER_S / times.get(baseline.name)!,
    baselineName: baseline.name,
  };
}

export const replay: Benchmark = {
  name: 'replay',
  question: 'What does it cost to read a recording and to play it?',
  async run({ smoke, seconds, recordings }: BenchOptions): Promise<BenchResult[]> {
    const length = { rounds: smoke ? 1 : 5, roundMs: smoke ? 1 : (seconds ?? 0.5) * 1000 };
    const results: BenchResult[] = [];
    for (const path of recordings) {
      const file = basename(path);
      results.push(await compare(`replay: import of ${file}`, readers(path), length));
      const { recording } = await openRecording([path]);
      results.push(await compare(`replay: playing ${file} to one viewer`, players(recording), length));
    }
    return results;
  },
};
