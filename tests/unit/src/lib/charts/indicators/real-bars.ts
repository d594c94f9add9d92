import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { textToSteps, type Increment } from '../../../../../../src/protocol/index.ts';
import { BAR_NUMBERS } from '../../../../../../src/lib/charts/bar-series.ts';

const SAMPLE = new URL(
  '../../../../../../examples/recordings/binance-2024-07-to-08.tardis.csv.gz',
  import.meta.url,
);
/** Files that may not all be published, so the folder lies outside the repository. */
const DATA =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../../../../../shared/data', import.meta.url));
const DAILY = join(DATA, 'bars', 'AAPL_1d_2013.csv');

/** Bars of ten real trades each of one symbol of the sample recording, prices in hundredths; numbered, as time is nothing to a study. */
export function tradedBars(): Float64Array {
  const lines = gunzipSync(readFileSync(SAMPLE)).toString().trim().split('\n').slice(1);
  const trades = lines.map((line) => line.split(','));
  const symbol = trades[0]![1];
  const own = trades.filter((cells) => cells[1] === symbol);
  const bars: number[] = [];
  for (let at = 0; at + 10 <= own.length; at += 10) {
    const prices = own.slice(at, at + 10).map((cells) => steps(cells[6]!, { units: 1, decimals: 2 }));
    bars.push((at / 10) * 60, prices[0]!, Math.max(...prices), Math.min(...prices), prices.at(-1)!, 10);
  }
  return Float64Array.from(bars);
}

/** A year of days of a share, where the folder of real data is; null otherwise. */
export function dailyBars(): Float64Array | null {
  if (!existsSync(DAILY)) {
    process.stderr.write(
      `No real bars in ${DATA}: their tests are skipped (TICKWIRE_DATA names the folder).\n`,
    );
    return null;
  }
  const [head = '', ...lines] = readFileSync(DAILY, 'utf8').trim().split('\n');
  const names = head.toLowerCase().split(',');
  const columns = ['open', 'high', 'low', 'close'].map((name) => names.indexOf(name));
  const rows = new Float64Array(lines.length * BAR_NUMBERS);
  lines.forEach((line, at) => {
    const cells = line.split(',');
    const prices = columns.map((column) => steps(cells[column]!, { units: 1, decimals: 6 }));
    rows.set([at * 86_400, ...prices, 1], at * BAR_NUMBERS);
  });
  return rows;
}

function steps(text: string, tick: Increment): number {
  const found = textToSteps(text, tick);
  if (Number.isNaN(found)) throw new Error(`${text} is no whole number of ticks`);
  return found;
}
