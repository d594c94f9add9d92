const MAGIC = 'PAR1';

/** Whether a file begins, or its last four bytes end it, as Parquet: known without loading what reads it. */
export function isParquet(bytes: Uint8Array): boolean {
  const { length } = MAGIC;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, length));
  return head.toString('latin1') === MAGIC;
}
