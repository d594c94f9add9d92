/**
 * The smallest Parquet that is one (https://github.com/apache/parquet-format): plain values, no compression, one page a column and
 * row group, described in Thrift's compact protocol.
 */
export interface ColumnOf {
  name: string;
  type: 'BOOLEAN' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY';
  converted?: 'UTF8' | 'DECIMAL' | 'DATE' | 'TIMESTAMP_MILLIS' | 'TIMESTAMP_MICROS' | 'UINT_64';
  scale?: number;
  /** Null in a column makes it optional. */
  values: (number | bigint | string | Uint8Array | null)[];
}

const TYPES = { BOOLEAN: 0, INT32: 1, INT64: 2, FLOAT: 4, DOUBLE: 5, BYTE_ARRAY: 6, FIXED_LEN_BYTE_ARRAY: 7 };
const CONVERTED = { UTF8: 0, DECIMAL: 5, DATE: 6, TIMESTAMP_MILLIS: 9, TIMESTAMP_MICROS: 10, UINT_64: 14 };
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;
const OPTIONAL = 1;
const RLE = 3;

type Part = readonly [id: number, type: number, bytes: Buffer];

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
const zigzag = (value: number): Buffer => varint(BigInt(value) * 2n);
const text = (value: string): Buffer => Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]);
const list = (type: number, items: Buffer[]): Buffer =>
  Buffer.concat([
    items.length < 15
      ? Buffer.of((items.length << 4) | type)
      : Buffer.concat([Buffer.of(0xf0 | type), varint(items.length)]),
    ...items,
  ]);

function struct(parts: readonly (Part | null)[]): Buffer {
  let before = 0;
  const out: Buffer[] = [];
  for (const part of parts) {
    if (part === null) continue;
    const [id, type, bytes] = part;
    out.push(Buffer.of(((id - before) << 4) | type), bytes);
    before = id;
  }
  return Buffer.concat([...out, Buffer.of(0)]);
}

function plain({ type }: ColumnOf, value: number | bigint | string | Uint8Array): Buffer {
  if (type === 'FIXED_LEN_BYTE_ARRAY') return Buffer.from(value as Uint8Array);
  if (type === 'BYTE_ARRAY') {
    const bytes = Buffer.from(value as string);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([length, bytes]);
  }
  const bytes = Buffer.alloc(type === 'INT32' || type === 'FLOAT' ? 4 : 8);
  if (type === 'INT32') bytes.writeInt32LE(value as number);
  else if (type === 'INT64') bytes.writeBigInt64LE(BigInt(value as bigint));
  else if (type === 'FLOAT') bytes.writeFloatLE(value as number);
  else bytes.writeDoubleLE(value as number);
  return bytes;
}

const isOptional = ({ values }: ColumnOf): boolean => values.includes(null);

function page(column: ColumnOf, values: ColumnOf['values']): Buffer {
  const levels = isOptional(column)
    ? Buffer.concat(values.map((value) => Buffer.of(2, value === null ? 0 : 1)))
    : null;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(levels?.length ?? 0);
  const body = Buffer.concat([
    ...(levels === null ? [] : [length, levels]),
    ...values.filter((value) => value !== null).map((value) => plain(column, value)),
  ]);
  const header = struct([
    [1, I32, zigzag(0)],
    [2, I32, zigzag(body.length)],
    [3, I32, zigzag(body.length)],
    [
      5,
      STRUCT,
      struct([
        [1, I32, zigzag(values.length)],
        [2, I32, zigzag(0)],
        [3, I32, zigzag(RLE)],
        [4, I32, zigzag(RLE)],
      ]),
    ],
  ]);
  return Buffer.concat([header, body]);
}

export function parquetOf(
  columns: readonly ColumnOf[],
  options: { rowsAGroup?: number; metadata?: Record<string, string> } = {},
): Buffer {
  const rows = columns[0]!.values.length;
  const { rowsAGroup = rows, metadata = {} } = options;
  const out: Buffer[] = [Buffer.from('PAR1')];
  let at = 4;
  const groups: Buffer[] = [];
  for (let from = 0; from < rows; from += rowsAGroup) {
    const chunks = columns.map((column) => {
      const values = column.values.slice(from, from + rowsAGroup);
      const bytes = page(column, values);
      const described = struct([
        [1, I32, zigzag(TYPES[column.type])],
        [2, LIST, list(I32, [zigzag(0), zigzag(RLE)])],
        [3, LIST, list(BINARY, [text(column.name)])],
        [4, I32, zigzag(0)],
        [5, I64, zigzag(values.length)],
        [6, I64, zigzag(bytes.length)],
        [7, I64, zigzag(bytes.length)],
        [9, I64, zigzag(at)],
      ]);
      const chunk = struct([
        [2, I64, zigzag(at)],
        [3, STRUCT, described],
      ]);
      out.push(bytes);
      at += bytes.length;
      return chunk;
    });
    groups.push(
      struct([
        [1, LIST, list(STRUCT, chunks)],
        [2, I64, zigzag(at)],
        [3, I64, zigzag(Math.min(rowsAGroup, rows - from))],
      ]),
    );
  }
  const pairs = Object.entries(metadata).map(([key, value]) =>
    struct([
      [1, BINARY, text(key)],
      [2, BINARY, text(value)],
    ]),
  );
  const root = struct([
    [4, BINARY, text('schema')],
    [5, I32, zigzag(columns.length)],
  ]);
  const footer = struct([
    [1, I32, zigzag(2)],
    [2, LIST, list(STRUCT, [root, ...columns.map(schemaElement)])],
    [3, I64, zigzag(rows)],
    [4, LIST, list(STRUCT, groups)],
    pairs.length === 0 ? null : [5, LIST, list(STRUCT, pairs)],
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([...out, footer, length, Buffer.from('PAR1')]);
}

function schemaElement(column: ColumnOf): Buffer {
  const { name, type, converted, scale, values } = column;
  const length = type === 'FIXED_LEN_BYTE_ARRAY' ? (values[0] as Uint8Array).length : null;
  return struct([
    [1, I32, zigzag(TYPES[type])],
    length === null ? null : [2, I32, zigzag(length)],
    [3, I32, zigzag(isOptional(column) ? OPTIONAL : 0)],
    [4, BINARY, text(name)],
    converted === undefined ? null : [6, I32, zigzag(CONVERTED[converted])],
    scale === undefined ? null : [7, I32, zigzag(scale)],
    scale === undefined ? null : [8, I32, zigzag(18)],
  ]);
}

/** An integer in so many bytes, lowest first. */
export function littleEndian(value: bigint, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
}
