import { writeSync } from 'node:fs';

/** Writes a Tardis trades CSV of any length to standard output, as fast as it is taken: `node rows.ts 50000000`. */
const BLOCK_ROWS = 10_000;
const HEADER = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n';
const START_US = 1_723_075_200_000_000;
const STEP_US = 1_500;
const STAMP_DIGITS = 16;
const ID_DIGITS = 9;
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'];

interface Places {
  stamp: number;
  received: number;
  id: number;
}

function digits(bytes: Uint8Array, at: number, width: number, value: number): void {
  let rest = value;
  for (let place = at + width - 1; place >= at; place -= 1) {
    const above = Math.floor(rest / 10);
    bytes[place] = 48 + (rest - above * 10);
    rest = above;
  }
}

const places: Places[] = [];
let text = '';
let seed = 1;
let price = 6_000_000;
for (let row = 0; row < BLOCK_ROWS; row += 1) {
  seed = (seed * 48_271) % 2_147_483_647;
  price += (seed % 21) - 10;
  const head = `binance,${SYMBOLS[seed % SYMBOLS.length]!},`;
  const stamp = text.length + head.length;
  const zeros = '0'.repeat(STAMP_DIGITS);
  places.push({ stamp, received: stamp + STAMP_DIGITS + 1, id: stamp + 2 * (STAMP_DIGITS + 1) });
  const side = seed % 2 === 0 ? 'buy' : 'sell';
  text += `${head}${zeros},${zeros},${'0'.repeat(ID_DIGITS)},${side},${(price / 100).toFixed(2)},0.${String(seed % 100_000).padStart(5, '0')}1\n`;
}
const block = Buffer.from(text, 'latin1');

function writeWhole(bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(1, bytes, done);
}

writeWhole(Buffer.from(HEADER));
const rows = Number(process.argv[2]);
for (let first = 0; first < rows; first += BLOCK_ROWS) {
  for (let row = 0; row < BLOCK_ROWS; row += 1) {
    const { stamp, received, id } = places[row]!;
    const timeUs = START_US + (first + row) * STEP_US;
    digits(block, stamp, STAMP_DIGITS, timeUs);
    digits(block, received, STAMP_DIGITS, timeUs + 350);
    digits(block, id, ID_DIGITS, 100_000_000 + first + row);
  }
  const last = Math.min(BLOCK_ROWS, rows - first);
  writeWhole(
    last === BLOCK_ROWS ? block : block.subarray(0, places[last]!.stamp - 'binance,XXXUSDT,'.length),
  );
}
