// What does it cost to record, how small is a tape, and how fast does it play?
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { invariant, stepsToText, unixUs, type MarketEvent } from '#protocol';
import { systemClock } from '../../server/clock.ts';
import { Engine } from '../../server/engine/engine.ts';
import { openRecording } from '../../server/formats/open-recording.ts';
import { openTapeWriter } from '../../server/tape/file/open-tape-writer.ts';
import { packNow } from '../../server/tape/file/tape-packer.ts';
import { TapeReader } from '../../server/tape/file/tape-reader.ts';
import type { RecordingReader } from '../../server/tape/ports.ts';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { cpuNsPerUnit, type Contender, type RoundLength } from './rounds.ts';
import { parquetSizeResult } from './tape/parquet-size.ts';
import { rawCaptureResults } from './tape/raw-capture.ts';
import { rollingTapeResult } from './tape/rolling-tape.ts';

const NS_PER_S = 1_000_000_000;
const OURS = 'tape';
const BASELINE_RECORD = 'JSON lines, gzip level 1, one write';
const BASELINE_PLAY = 'JSON lines, JSON.parse';
const RECORD_GOAL = 500_000;
const PLAY_GOAL = 1_000_000;
/** As a live recording has it, ms. */
const FLUSH_INTERVAL_MS = 125;
const TRADE_BYTES_GOAL = 8;
const OTHER_BYTES_GOAL = 10;

/** In full blocks, as where events come as fast as they are taken; or with a block each eighth of a second of the market's time. */
function record(recording: RecordingReader, path: string, flushIntervalMs = 0): number {
  rmSync(path, { force: true });
  const { writer } = openTapeWriter(path, { clock: systemClock, syncIntervalMs: 0, flushIntervalMs });
  for (const instrument of recording.instruments) writer.define(instrument);
  recording.play(0, recording.events, (event) => writer.onEvent(event));
  writer.close();
  return recording.events;
}

function recorders(recording: RecordingReader, folder: string): Contender[] {
  return [
    { name: OURS, run: () => record(recording, join(folder, 'ours.tape')) },
    {
      name: BASELINE_RECORD,
      run() {
        let text = '';
        recording.play(0, recording.events, (event) => {
          text += `${JSON.stringify(event)}\n`;
        });
        writeFileSync(join(folder, 'plain.gz'), gzipSync(text, { level: 1 }));
        return recording.events;
      },
    },
  ];
}

/** From the file, or from lines in memory, into an engine. */
function players(recording: RecordingReader, path: string): Contender[] {
  const lines: string[] = [];
  recording.play(0, recording.events, (event) => void lines.push(JSON.stringify(event)));
  const engineOf = (): Engine => {
    const engine = new Engine(unixUs(0));
    for (const instrument of recording.instruments) engine.define(instrument);
    return engine;
  };
  return [
    {
      name: OURS,
      run() {
        const reader = TapeReader.open(path);
        const engine = engineOf();
        reader.play(0, reader.events, (event) => engine.onEvent(event));
        reader.close();
        return reader.events;
      },
    },
    {
      name: BASELINE_PLAY,
      run() {
        const engine = engineOf();
        for (const line of lines) engine.onEvent(JSON.parse(line) as MarketEvent);
        return lines.length;
      },
    },
  ];
}

async function compare(
  name: string,
  goal: number,
  sides: readonly Contender[],
  length: RoundLength,
): Promise<BenchResult> {
  const [ours, baseline] = sides;
  invariant(ours !== undefined && baseline !== undefined, 'two sides are compared');
  const times = await cpuNsPerUnit(sides, length);
  const rate = NS_PER_S / times.get(ours.name)!;
  return {
    name,
    unit: 'events/CPU s',
    better: 'higher',
    ours: rate,
    baseline: NS_PER_S / times.get(baseline.name)!,
    baselineName: baseline.name,
    goal: `>= ${goal.toLocaleString('en-US')}`,
    met: rate >= goal,
  };
}

/** A whole tape against the same events as CSV through gzip, the form in which such files are published. */
function sizeResult(name: string, recording: RecordingReader, path: string): BenchResult {
  const rows: string[] = [];
  let isTrades = true;
  recording.play(0, recording.events, (event) => {
    const { venue, symbol, tick, lot } = recording.instruments[event.instrument]!;
    const head = `${venue},${symbol},${event.venueTimeUs},${event.receiveTimeUs}`;
    if (event.type === 'trade') {
      const { price, size, tradeId, aggressor } = event;
      rows.push(`${head},${tradeId},${aggressor},${stepsToText(price, tick)},${stepsToText(size, lot)}\n`);
      return;
    }
    isTrades = false;
    const { type, instrument, venueTimeUs, receiveTimeUs, ...values } = event;
    invariant(venueTimeUs >= 0 && receiveTimeUs >= 0 && instrument >= 0, 'the head has these');
    rows.push(`${head},${type},${Object.values(values).flat().join(',')}\n`);
  });
  const ours = statSync(path).size / recording.events;
  const goal = isTrades ? TRADE_BYTES_GOAL : OTHER_BYTES_GOAL;
  return {
    name,
    unit: 'bytes/event',
    better: 'lower',
    ours,
    baseline: gzipSync(rows.join('')).length / recording.events,
    baselineName: 'CSV, gzip',
    goal: `<= ${goal}`,
    met: ours <= goal,
  };
}

/** What it costs to pack a tape that was recorded at the pace of the market, and what recording it has cost. */
async function packingResult(
  name: string,
  recording: RecordingReader,
  path: string,
  length: RoundLength,
): Promise<BenchResult> {
  const again = `${path}.again`;
  const pack = (): number => {
    copyFileSync(path, again);
    packNow(again);
    return recording.events;
  };
  const sides = [
    { name: 'packing', run: pack },
    { name: 'recording', run: () => record(recording, again, FLUSH_INTERVAL_MS) },
  ];
  const times = await cpuNsPerUnit(sides, length);
  return {
    name,
    unit: 'CPU ns/event',
    better: 'lower',
    ours: times.get('packing')!,
    baseline: times.get('recording')!,
    baselineName: 'recording it',
  };
}

export const tape: Benchmark = {
  name: 'tape',
  question: 'What does it cost to record, how small is a tape, and how fast does it play?',
  async run({ smoke, seconds, recordings }: BenchOptions): Promise<BenchResult[]> {
    const length = { rounds: smoke ? 1 : 5, roundMs: smoke ? 1 : (seconds ?? 0.5) * 1000 };
    const folder = mkdtempSync(join(tmpdir(), 'tickwire-bench-'));
    const results: BenchResult[] = [];
    try {
      for (const source of recordings) {
        const file = basename(source);
        const { recording } = await openRecording([source]);
        const path = join(folder, 'played.tape');
        const paced = join(folder, 'paced.tape');
        record(recording, path);
        record(recording, paced, FLUSH_INTERVAL_MS);
        const unpacked = join(folder, 'unpacked.tape');
        copyFileSync(paced, unpacked);
        packNow(paced);
        results.push(
          await compare(`tape: recording ${file}`, RECORD_GOAL, recorders(recording, folder), length),
          sizeResult(`tape: size of ${file}`, recording, path),
          sizeResult(`tape: size of ${file}, recorded at the pace of the market`, recording, paced),
          await packingResult(`tape: packing ${file}, recorded at that pace`, recording, unpacked, length),
          await rollingTapeResult(`tape: always recording ${file}`, recording, folder, length),
          await compare(`tape: playing ${file} into an engine`, PLAY_GOAL, players(recording, path), length),
        );
      }
      for (const source of recordings) results.push(await parquetSizeResult(source, folder));
      results.push(...(await rawCaptureResults(smoke, length)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return results;
  },
};
