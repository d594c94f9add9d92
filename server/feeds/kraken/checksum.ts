/** KR4: a side. */
export const CHECKSUM_LEVELS = 10;

const POINT = 46;
const ZERO = 48;
/** The polynomial of CRC-32, lowest bit first. */
const POLYNOMIAL = 0xedb88320;
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/**
 * What one level gives to the checksum, whatever stands before it: a CRC-32 is linear, so the state behind a piece of text is the state
 * before it, moved on by as many bytes, XOR that of the piece alone. An update changes one or two of twenty levels; over all their digits
 * the checksum would cost 1.4 us a frame (with `crc32` of node:zlib as well), over what is kept of each 0.2.
 */
export interface LevelSum {
  readonly crc: number;
  readonly digits: number;
}

/** KR4: price, then quantity, each without the point and without zeros before the first digit; zeros at the end count. */
export function levelSum(price: string, qty: string): LevelSum {
  const sum = { crc: 0, digits: 0 };
  add(sum, price);
  add(sum, qty);
  return sum;
}

function add(sum: { crc: number; digits: number }, decimal: string): void {
  let at = 0;
  while (at < decimal.length && (decimal.charCodeAt(at) === ZERO || decimal.charCodeAt(at) === POINT))
    at += 1;
  for (; at < decimal.length; at += 1) {
    const code = decimal.charCodeAt(at);
    if (code === POINT) continue;
    sum.crc = TABLE[(sum.crc ^ code) & 0xff]! ^ (sum.crc >>> 8);
    sum.digits += 1;
  }
}

/** The state in which a checksum begins. */
export const CRC_START = -1;

/** The state behind a level. */
export function crcBehind(state: number, { crc, digits }: LevelSum): number {
  const table = movesBy(digits);
  return (
    table[state & 0xff]! ^
    table[256 + ((state >>> 8) & 0xff)]! ^
    table[512 + ((state >>> 16) & 0xff)]! ^
    table[768 + (state >>> 24)]! ^
    crc
  );
}

/** The checksum that a state stands for, from 0 to 2^32 - 1. */
export function crcValue(state: number): number {
  return ~state >>> 0;
}

/** By bytes: what each byte of a state becomes when it is moved on by as many. 4 KB each, some twenty of them. */
const MOVES: Int32Array[] = [];

function movesBy(bytes: number): Int32Array {
  const known = MOVES[bytes];
  if (known !== undefined) return known;
  const table = Int32Array.from({ length: 1024 }, (_, entry) => {
    let state = (entry & 0xff) << (8 * (entry >>> 8));
    for (let byte = 0; byte < bytes; byte += 1) state = TABLE[state & 0xff]! ^ (state >>> 8);
    return state;
  });
  MOVES[bytes] = table;
  return table;
}
