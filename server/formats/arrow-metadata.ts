/**
 * What a writer has told of a table in the Arrow schema that Parquet files carry (key `ARROW:schema`, base64 of an IPC message):
 * https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format. Only the custom metadata of the schema is read, as
 * flatbuffers: a table begins with the distance back to its vtable, whose entries say where each field lies.
 */
const MESSAGE_HEADER = 2;
const SCHEMA_METADATA = 2;
const PAIR_KEY = 0;
const PAIR_VALUE = 1;
/** A continuation mark and the length of the metadata stand before the message. */
const PREFIX_BYTES = 8;
const PAIRS_MAX = 1_024;

/** Empty where there is no schema, or none that can be read: it says nothing that the columns need. */
export function arrowMetadata(base64: string): Map<string, string> {
  const bytes = Buffer.from(base64, 'base64');
  const found = new Map<string, string>();
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset + PREFIX_BYTES, bytes.length - PREFIX_BYTES);
    const schema = tableField(view, followed(view, 0), MESSAGE_HEADER);
    if (schema === null) return found;
    const pairs = tableField(view, followed(view, schema), SCHEMA_METADATA);
    if (pairs === null) return found;
    const at = followed(view, pairs);
    const count = Math.min(view.getUint32(at, true), PAIRS_MAX);
    for (let index = 0; index < count; index += 1) {
      const pair = followed(view, at + 4 + 4 * index);
      const key = tableField(view, pair, PAIR_KEY);
      const value = tableField(view, pair, PAIR_VALUE);
      if (key !== null && value !== null) found.set(textAt(view, key), textAt(view, value));
    }
    return found;
  } catch (error) {
    if (error instanceof RangeError) return found;
    throw error;
  }
}

function followed(view: DataView, at: number): number {
  return at + view.getUint32(at, true);
}

/** Where a field of a table lies; null when the table does not have it. */
function tableField(view: DataView, table: number, field: number): number | null {
  const vtable = table - view.getInt32(table, true);
  const entry = 4 + 2 * field;
  if (entry >= view.getUint16(vtable, true)) return null;
  const offset = view.getUint16(vtable + entry, true);
  return offset === 0 ? null : table + offset;
}

function textAt(view: DataView, field: number): string {
  const at = followed(view, field);
  const length = view.getUint32(at, true);
  return Buffer.from(view.buffer, view.byteOffset + at + 4, length).toString('utf8');
}
