import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { RecordingReader } from '../tape/ports.ts';
import type { ExportScope } from './export-options.ts';
import type { ExportCounts } from './export-recording.ts';
import { ExportSelection } from './export-selection.ts';
import { DecimalExtent, type DecimalForm } from './parquet-decimals.ts';
import { parquetRows } from './parquet-rows.ts';
import { TABLE_KEY, tableNote } from './tickwire-table-note.ts';

/** Rows that are held until they are written: some 10 MB. */
const GROUP_ROWS = 65_536;
const ZSTD_LEVEL = 3;
const PAGE_BYTES = 1_048_576;

const COMPRESSORS = {
  ZSTD: (input: Uint8Array) =>
    zstdCompressSync(input, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }),
};

/**
 * One kind of events of a recording as a Parquet file, row group by row group: whoever reads the bytes sets the pace, and one group is
 * in memory. The recording is played twice: the first time says how wide its numbers are. `counts` is kept up to date.
 */
export function* exportedParquet(
  recording: RecordingReader,
  scope: ExportScope & { readonly channel: NonNullable<ExportScope['channel']> },
  counts: ExportCounts,
): Generator<Uint8Array, void, undefined> {
  const { kind } = scope.channel;
  const selection = new ExportSelection(recording, scope);
  const rows = parquetRows(kind, recording.instruments, numberForms(selection));
  const bytes = new ByteWriter();
  const file = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: rows.elements.length }, ...rows.elements],
    codec: 'ZSTD',
    compressors: COMPRESSORS,
    kvMetadata: [{ key: TABLE_KEY, value: tableNote(kind, selection.instruments) }],
    createdBy: 'tickwire',
  });
  const takeBytes = (): Uint8Array => {
    const taken = new Uint8Array(bytes.getBuffer());
    bytes.index = 0;
    return taken;
  };
  const writeGroup = (): Uint8Array => {
    void file.write({ columnData: rows.take(), rowGroupSize: Number.MAX_SAFE_INTEGER, pageSize: PAGE_BYTES });
    return takeBytes();
  };
  const steps = selection.steps((event) => {
    counts.events += 1;
    rows.add(event);
  });
  while (steps.next().done !== true) if (rows.count >= GROUP_ROWS) yield writeGroup();
  if (rows.count > 0) yield writeGroup();
  void file.finish();
  yield takeBytes();
}

/** In which form all prices, and all sizes, are exact. Costs one pass over the recording. */
function numberForms(selection: ExportSelection): { price: DecimalForm; size: DecimalForm } {
  const { instruments } = selection.recording;
  const prices = new DecimalExtent(instruments.length);
  const sizes = new DecimalExtent(instruments.length);
  selection.each((event) => {
    const { instrument } = event;
    switch (event.type) {
      case 'trade':
        prices.add(instrument, event.price);
        sizes.add(instrument, event.size);
        break;
      case 'quote':
        prices.add(instrument, event.bid);
        prices.add(instrument, event.ask);
        sizes.add(instrument, event.bidSize);
        sizes.add(instrument, event.askSize);
        break;
      case 'bar':
        for (const price of [event.open, event.high, event.low, event.close]) prices.add(instrument, price);
        sizes.add(instrument, event.volume);
        break;
      case 'book':
        for (const side of [event.bids, event.asks])
          for (let at = 0; at < side.length; at += 2) {
            prices.add(instrument, side[at]!);
            sizes.add(instrument, side[at + 1]!);
          }
    }
  });
  return {
    price: prices.form(instruments.map(({ tick }) => tick)),
    size: sizes.form(instruments.map(({ lot }) => lot)),
  };
}
