import { Bzip2Damage, CODE_BITS_MAX, type Bzip2Bits } from './bzip2-bits.ts';

/** Symbols that one table of a block codes for, until the next selector is looked at. */
const GROUP_SYMBOLS = 50;
const TABLES_MIN = 2;
const TABLES_MAX = 6;
const RUN_A = 0;
const RUN_B = 1;
/** A run of more is longer than any block. */
const RUN_WEIGHT_MAX = 2_097_152;
const BYTE_VALUES = 256;
/** After four equal bytes the next says how many more follow. */
const EQUAL_BYTES = 4;
const OUT_BYTES = 65_536;
const CRC_POLYNOMIAL = 0x04c11db7;

const CRC_TABLE = Int32Array.from({ length: BYTE_VALUES }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ CRC_POLYNOMIAL : crc << 1;
  return crc;
});

/** One table of canonical codes: by length the highest code, and where its symbols begin. */
interface CodeTable {
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
  readonly shortest: number;
}

/**
 * One block of a bzip2 stream, up to 900,000 bytes before its runs are written out: codes, move-to-front, the Burrows-Wheeler transform
 * and runs, undone in this order (https://en.wikipedia.org/wiki/Bzip2#File_format). The object is used for one block after the other.
 */
export class Bzip2Block {
  /** The byte in the low 8 bits, above it where the next one stands. */
  readonly #places: Int32Array;
  readonly #room: number;
  #length = 0;
  #first = 0;
  #crcWritten = 0;

  /** @param level 1 to 9: hundreds of thousands of bytes */
  constructor(level: number) {
    this.#room = level * 100_000;
    this.#places = new Int32Array(this.#room);
  }

  /** Reads what stands behind the magic number of a block, and returns its checksum. @throws Bzip2Ended, Bzip2Damage */
  read(bits: Bzip2Bits): number {
    this.#crcWritten = bits.read32();
    if (bits.read(1) === 1) throw new Bzip2Damage('a block of an obsolete kind');
    this.#first = bits.read(24);
    const bytes = usedBytes(bits);
    const counts = this.#symbols(bits, bytes);
    if (this.#length > 0 && this.#first >= this.#length) throw new Bzip2Damage('a block that begins nowhere');
    this.#link(counts);
    return this.#crcWritten;
  }

  #symbols(bits: Bzip2Bits, bytes: Uint8Array): Int32Array {
    const tableCount = bits.read(3);
    if (tableCount < TABLES_MIN || tableCount > TABLES_MAX) throw new Bzip2Damage('a number of code tables');
    const selectors = readSelectors(bits, tableCount);
    const tables = Array.from({ length: tableCount }, () => readTable(bits, bytes.length + 2));
    const end = bytes.length + 1;
    const front = Uint8Array.from(bytes);
    const places = this.#places;
    const counts = new Int32Array(BYTE_VALUES);
    let length = 0;
    let run = 0;
    let weight = 1;
    for (const selector of selectors) {
      const { limit, base, symbols, shortest } = tables[selector]!;
      for (let left = GROUP_SYMBOLS; left > 0; left -= 1) {
        const code = bits.peekCode();
        let size = shortest;
        while (size <= CODE_BITS_MAX && code >>> (CODE_BITS_MAX - size) > limit[size]!) size += 1;
        if (size > CODE_BITS_MAX) throw new Bzip2Damage('a code that no table has');
        bits.skip(size);
        const symbol = symbols[(code >>> (CODE_BITS_MAX - size)) - base[size]!]!;
        if (symbol === RUN_A || symbol === RUN_B) {
          run += weight << symbol;
          weight *= 2;
          if (weight > RUN_WEIGHT_MAX) throw new Bzip2Damage('a run longer than its block');
          continue;
        }
        if (run > 0) {
          if (length + run > this.#room) throw new Bzip2Damage('more than its block holds');
          const byte = front[0]!;
          counts[byte]! += run;
          places.fill(byte, length, length + run);
          length += run;
          run = 0;
          weight = 1;
        }
        if (symbol === end) {
          bits.settle();
          this.#length = length;
          return counts;
        }
        if (length === this.#room) throw new Bzip2Damage('more than its block holds');
        const place = symbol - 1;
        const byte = front[place]!;
        front.copyWithin(1, 0, place);
        front[0] = byte;
        counts[byte]! += 1;
        places[length] = byte;
        length += 1;
      }
    }
    throw new Bzip2Damage('a block without end');
  }

  /** Puts beside each byte where the one after it stands. */
  #link(counts: Int32Array): void {
    let sum = 0;
    for (let byte = 0; byte < BYTE_VALUES; byte += 1) {
      const count = counts[byte]!;
      counts[byte] = sum;
      sum += count;
    }
    const places = this.#places;
    for (let at = 0; at < this.#length; at += 1) {
      const byte = places[at]! & 0xff;
      const place = counts[byte]!;
      counts[byte] = place + 1;
      places[place]! |= at << 8;
    }
  }

  /** The bytes of the block. Each piece is to be used before the next is asked for. @throws Bzip2Damage when the checksum differs */
  *content(): Generator<Uint8Array> {
    const places = this.#places;
    const out = new Uint8Array(OUT_BYTES);
    let filled = 0;
    let crc = -1;
    let place = this.#length === 0 ? 0 : places[this.#first]! >>> 8;
    let before = -1;
    let equal = 0;
    for (let left = this.#length; left > 0; left -= 1) {
      const entry = places[place]!;
      const byte = entry & 0xff;
      place = entry >>> 8;
      if (OUT_BYTES - filled < BYTE_VALUES) {
        yield out.subarray(0, filled);
        filled = 0;
      }
      if (equal === EQUAL_BYTES) {
        for (let copies = byte; copies > 0; copies -= 1) {
          out[filled] = before;
          filled += 1;
          crc = (crc << 8) ^ CRC_TABLE[(crc >>> 24) ^ before]!;
        }
        equal = 0;
        before = -1;
        continue;
      }
      equal = byte === before ? equal + 1 : 1;
      before = byte;
      out[filled] = byte;
      filled += 1;
      crc = (crc << 8) ^ CRC_TABLE[(crc >>> 24) ^ byte]!;
    }
    if (~crc >>> 0 !== this.#crcWritten) throw new Bzip2Damage('a block whose checksum differs');
    yield out.subarray(0, filled);
  }
}

/** Which bytes the block has, in their order. */
function usedBytes(bits: Bzip2Bits): Uint8Array {
  const ranges = bits.read(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range += 1) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const members = bits.read(16);
    for (let member = 0; member < 16; member += 1)
      if ((members & (0x8000 >> member)) !== 0) used.push(range * 16 + member);
  }
  if (used.length === 0) throw new Bzip2Damage('a block without bytes');
  return Uint8Array.from(used);
}

function readSelectors(bits: Bzip2Bits, tableCount: number): Uint8Array {
  const count = bits.read(15);
  if (count === 0) throw new Bzip2Damage('a block without codes');
  const front = Array.from({ length: tableCount }, (_, table) => table);
  const selectors = new Uint8Array(count);
  for (let at = 0; at < count; at += 1) {
    let place = 0;
    while (bits.read(1) === 1) {
      place += 1;
      if (place >= tableCount) throw new Bzip2Damage('a code table that is not there');
    }
    const [table] = front.splice(place, 1);
    front.unshift(table!);
    selectors[at] = table!;
  }
  return selectors;
}

function readTable(bits: Bzip2Bits, symbolCount: number): CodeTable {
  const sizes = new Uint8Array(symbolCount);
  let size = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol += 1) {
    for (;;) {
      if (size < 1 || size > CODE_BITS_MAX) throw new Bzip2Damage('a code of no length');
      if (bits.read(1) === 0) break;
      size += bits.read(1) === 0 ? 1 : -1;
    }
    sizes[symbol] = size;
  }
  const symbols = new Uint16Array(symbolCount);
  const limit = new Int32Array(CODE_BITS_MAX + 1).fill(-1);
  const base = new Int32Array(CODE_BITS_MAX + 1);
  let code = 0;
  let placed = 0;
  for (let length = 1; length <= CODE_BITS_MAX; length += 1) {
    base[length] = code - placed;
    for (let symbol = 0; symbol < symbolCount; symbol += 1) {
      if (sizes[symbol] !== length) continue;
      symbols[placed] = symbol;
      placed += 1;
      code += 1;
    }
    if (code > 1 << length) throw new Bzip2Damage('codes that are not distinct');
    limit[length] = code - 1;
    code *= 2;
  }
  return { limit, base, symbols, shortest: Math.min(...sizes) };
}
