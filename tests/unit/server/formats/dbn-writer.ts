/** A record that a test wants written; times are nanoseconds, prices billionths. */
export interface DbnTestRecord {
  type: number;
  id?: number;
  sentNs?: bigint;
  receivedNs?: bigint;
  price?: bigint;
  size?: number;
  action?: string;
  side?: string;
  flags?: number;
  /** Bid, ask, bid size, ask size. */
  levels?: readonly (readonly [bigint, bigint, number, number])[];
  /** Open, high, low, close. */
  bar?: readonly [bigint, bigint, bigint, bigint];
  volume?: bigint;
  /** Bytes behind what the type has, as `ts_out` adds them. */
  extra?: number;
}

export const NO_PRICE = 2n ** 63n - 1n;
export const NO_TIME = 2n ** 64n - 1n;

export interface DbnTestFile {
  version?: number;
  dataset?: string;
  schema?: number;
  /** Kinds of the symbols asked for and answered: 0 = instrument id, 1 = raw symbol. */
  types?: readonly [number, number];
  /** Symbol asked for, and by dates the symbol answered. */
  mappings?: readonly { asked: string; dates: readonly (readonly [number, number, string])[] }[];
  records: readonly (DbnTestRecord | Uint8Array)[];
}

/** Databento binary encoding as its page describes it, for tests. */
export function dbnOf({
  version = 3,
  dataset = 'GLBX.MDP3',
  schema = 4,
  types = [1, 0],
  mappings = [{ asked: 'ESH1', dates: [[20_201_228, 20_201_229, '5482']] }],
  records,
}: DbnTestFile): Buffer {
  const width = version === 1 ? 22 : 71;
  const head = Buffer.alloc(100);
  head.write(dataset, 0, 'utf8');
  head.writeUInt16LE(schema, 16);
  const typesAt = version === 1 ? 50 : 42;
  head.writeUInt8(types[0], typesAt);
  head.writeUInt8(types[1], typesAt + 1);
  if (version > 1) head.writeUInt16LE(width, typesAt + 3);
  const symbols = mappings.map(({ asked }) => text(asked, width));
  const metadata = Buffer.concat([
    head,
    uint32(0),
    ...[uint32(symbols.length), ...symbols],
    ...[uint32(0), uint32(0)],
    uint32(mappings.length),
    ...mappings.flatMap(({ asked, dates }) => [
      text(asked, width),
      uint32(dates.length),
      ...dates.flatMap(([from, before, answered]) => [uint32(from), uint32(before), text(answered, width)]),
    ]),
  ]);
  const prefix = Buffer.from('DBN\0\0\0\0\0');
  prefix.writeUInt8(version, 3);
  prefix.writeUInt32LE(metadata.length, 4);
  const written = records.map((record) => (record instanceof Uint8Array ? record : recordOf(record)));
  return Buffer.concat([prefix, metadata, ...written]);
}

/** A symbol mapping of a live stream. */
export function symbolMapping(version: number, id: number, asked: string, answered: string): Buffer {
  const bytes = Buffer.alloc(version === 1 ? 80 : 176);
  header(bytes, 0x16, id, 0n);
  const [askedAt, answeredAt] = version === 1 ? [16, 38] : [17, 89];
  bytes.write(asked, askedAt);
  bytes.write(answered, answeredAt);
  return bytes;
}

const SENT_NS = 1_609_113_600_006_001_487n;

function recordOf({
  type,
  id = 5482,
  sentNs = SENT_NS,
  receivedNs = SENT_NS + 149_000n,
  price = NO_PRICE,
  size = 1,
  action = 'T',
  side = 'N',
  flags = 0,
  levels = [],
  bar,
  volume = 0n,
  extra = 0,
}: DbnTestRecord): Buffer {
  const bytes = Buffer.alloc((bar === undefined ? 48 + 32 * levels.length : 56) + extra);
  header(bytes, type, id, sentNs);
  if (bar !== undefined) {
    for (const [place, value] of bar.entries()) bytes.writeBigInt64LE(value, 16 + 8 * place);
    bytes.writeBigUInt64LE(volume, 48);
    return bytes;
  }
  bytes.writeBigInt64LE(price, 16);
  bytes.writeUInt32LE(size, 24);
  bytes.write(action + side, 28, 'latin1');
  bytes.writeUInt8(flags, 30);
  bytes.writeBigUInt64LE(receivedNs, 32);
  for (const [place, [bid, ask, bidSize, askSize]] of levels.entries()) {
    const at = 48 + 32 * place;
    bytes.writeBigInt64LE(bid, at);
    bytes.writeBigInt64LE(ask, at + 8);
    bytes.writeUInt32LE(bidSize, at + 16);
    bytes.writeUInt32LE(askSize, at + 20);
  }
  return bytes;
}

function header(bytes: Buffer, type: number, id: number, timeNs: bigint): void {
  bytes.writeUInt8(bytes.length / 4, 0);
  bytes.writeUInt8(type, 1);
  bytes.writeUInt32LE(id, 4);
  bytes.writeBigUInt64LE(timeNs, 8);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function text(value: string, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  bytes.write(value);
  return bytes;
}

/** A message about one order, price in billionths. */
export interface MboTestRecord {
  action: string;
  side: string;
  price: bigint;
  size: number;
  id: bigint;
  flags: number;
}

export function mboRecord({ action, side, price, size, id, flags }: MboTestRecord): Buffer {
  const bytes = Buffer.alloc(56);
  header(bytes, 0xa0, 5482, SENT_NS);
  bytes.writeBigUInt64LE(id, 16);
  bytes.writeBigInt64LE(price, 24);
  bytes.writeUInt32LE(size, 32);
  bytes.writeUInt8(flags, 36);
  bytes.write(action + side, 38, 'latin1');
  bytes.writeBigUInt64LE(SENT_NS + 149_000n, 40);
  return bytes;
}
