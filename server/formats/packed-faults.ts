import { RecordingError } from './recording-error.ts';

/** Where a reader stands, for sentences about where the compressed data breaks. */
export interface ReadPlace {
  /** The line or record that was read last. */
  readonly lastRow: number;
}

export function cutData(label: string, name: string, { lastRow: row }: ReadPlace): RecordingError {
  const sentence = ` is cut off ${afterRow(row)}: expected the end of its ${name} data.`;
  return new RecordingError('truncated', label, sentence, { row });
}

export function damagedData(
  label: string,
  name: string,
  { lastRow: row }: ReadPlace,
  reason: string,
): RecordingError {
  const where = row === 0 ? '' : ` after row ${row}`;
  const sentence = ` is damaged: expected sound ${name} data${where} (${reason}).`;
  return new RecordingError('damaged', label, sentence, { row });
}

/**
 * Compressed bytes up to where they are cut off: that is told, and the rows before it are not lost. Damaged ones may have become wrong rows
 * long before it shows, and are refused.
 * @param place whose rows they become: a cut before the first of them is thrown
 */
export async function* untilCut(
  chunks: AsyncIterable<Uint8Array>,
  place: ReadPlace,
  onCut: (fault: RecordingError) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    const isCut = error instanceof RecordingError && error.fault === 'truncated';
    if (!isCut || place.lastRow <= 1) throw error;
    onCut(error);
  }
}

function afterRow(row: number): string {
  return row === 0 ? 'before its first row' : `after row ${row}`;
}
