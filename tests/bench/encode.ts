// What does it cost to turn one changed instrument into bytes, and to take it in at the other end?
import { QUOTE_BYTES_MAX, writeQuote } from '#protocol';
import { Packr } from 'msgpackr';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { measureInBrowser, slicesOf } from './encode/browser-decode.ts';
import {
  JSON_OF_TICKS,
  JSON_OF_UPDATES,
  MSGPACK_OF_UPDATES,
  OURS,
  OURS_WITH_COMMIT,
  decodeContenders,
} from './encode/decode-contenders.ts';
import { decodeLoad } from './encode/decode-load.ts';
import { START_US, SYMBOLS, recordTicks, type RecordedTicks, type Tick } from './encode/recorded-ticks.ts';
import { measure } from './encode/measure.ts';
import { median, type Contender, type RoundLength } from './rounds.ts';

/** A market as `npm start` makes it, in which a tick holds some fields of most instruments; and a busy one, nearly all fields of all. */
const EVENTS_PER_SECOND = [1_000, 10_000] as const;

/** Each tick has columns of its own. These many fit the processor's cache, where a server has its one set of columns. */
const ENCODED_TICKS = 100;

const packr = new Packr({ useRecords: false, variableMapSize: true });

/** Results that nobody reads could be optimised away: every pass leaves something here. */
let kept = 0;

function encodeContenders({ ticks }: RecordedTicks): Contender[] {
  const encoded = ticks.slice(0, ENCODED_TICKS);
  const out = new Uint8Array(SYMBOLS * QUOTE_BYTES_MAX);
  const each = (encodeTick: (tick: Tick) => void) => () => {
    let updates = 0;
    for (const tick of encoded) {
      encodeTick(tick);
      updates += tick.ids.length;
    }
    return updates;
  };
  return [
    {
      name: OURS,
      run: each(({ ids, bits, columns, reference }) => {
        let at = 0;
        for (let index = 0; index < ids.length; index += 1)
          at = writeQuote(out, at, ids[index]!, bits[index]!, columns, reference, START_US);
        kept += at;
      }),
    },
    {
      name: 'JSON.stringify of an object',
      run: each(({ updates }) => {
        for (const update of updates) kept += JSON.stringify(update).length;
      }),
    },
    {
      name: 'msgpackr.pack of an object',
      run: each(({ updates }) => {
        for (const update of updates) kept += packr.pack(update).length;
      }),
    },
  ];
}

/** CPU time of this process, all threads, ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const cpuNs = (contenders: readonly Contender[], length: RoundLength): Map<string, number> =>
  new Map(measure(contenders, length, cpuMs).map(([name, samples]) => [name, median(samples)]));

/** One row for each thing that ours is compared with. */
function rows(
  name: string,
  unit: string,
  times: ReadonlyMap<string, number>,
  baselines: readonly string[],
  oursName = OURS,
): BenchResult[] {
  const ours = times.get(oursName)!;
  return baselines.map((baselineName) => {
    return { name, unit, better: 'lower', ours, baseline: times.get(baselineName)!, baselineName };
  });
}

/** How the decoders' times are told, wherever they were taken. */
const decodeRows = (place: string, unit: string, times: ReadonlyMap<string, number>): BenchResult[] => [
  ...rows(`encode: decode and apply one update, ${place}`, unit, times, [
    JSON_OF_UPDATES,
    JSON_OF_TICKS,
    MSGPACK_OF_UPDATES,
  ]),
  ...rows(
    `encode: decode, apply and pack for the page, ${place}`,
    unit,
    times,
    [JSON_OF_UPDATES],
    OURS_WITH_COMMIT,
  ),
];

const eventsText = (eventsPerSecond: number): string => `${eventsPerSecond.toLocaleString('en-US')} events/s`;

export const encode: Benchmark = {
  name: 'encode',
  question: 'What does an update cost to encode, and to decode and apply?',
  async run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
    const length: RoundLength = { rounds: smoke ? 1 : 5, roundMs: smoke ? 10 : (seconds ?? 0.3) * 1000 };
    const markets = EVENTS_PER_SECOND.map((eventsPerSecond) => {
      return { eventsPerSecond, recorded: recordTicks(smoke ? 20 : 400, eventsPerSecond, smoke) };
    });
    const results: BenchResult[] = [];
    for (const { eventsPerSecond, recorded } of markets) {
      const name = `encode: one changed instrument, ${eventsText(eventsPerSecond)}`;
      const contenders = encodeContenders(recorded);
      const baselines = contenders.slice(1).map((contender) => contender.name);
      results.push(...rows(name, 'CPU ns/update', cpuNs(contenders, length), baselines));
    }
    for (const { eventsPerSecond, recorded } of markets) {
      const times = cpuNs(decodeContenders(decodeLoad(recorded), START_US), length);
      results.push(...decodeRows(`Node, ${eventsText(eventsPerSecond)}`, 'CPU ns/update', times));
    }
    const slices = slicesOf(length);
    const tasks = markets.map(({ recorded }) => {
      return { load: decodeLoad(recorded), timeUs: START_US, ...slices };
    });
    const inBrowser = await measureInBrowser(tasks);
    if (inBrowser === null) {
      process.stderr.write('there is no Chromium here, so the rows of a browser are left out; ');
      return results;
    }
    const browserName = `Chromium ${inBrowser.version.split('.')[0]}`;
    markets.forEach(({ eventsPerSecond }, index) => {
      const place = `${browserName}, ${eventsText(eventsPerSecond)}`;
      results.push(...decodeRows(place, 'ns/update', inBrowser.times[index]!));
    });
    return results;
  },
};
