const ENCODINGS: readonly (readonly [mark: readonly [number, number], encoding: string])[] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** Text of two bytes a character, as spreadsheets and trading terminals of Windows write it, in UTF-8; everything else as it is. */
export async function* asUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  const encoder = new TextEncoder();
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst) {
      const named = ENCODINGS.find(([[one, other]]) => chunk[0] === one && chunk[1] === other);
      if (named !== undefined) decoder = new TextDecoder(named[1]);
      isFirst = false;
    }
    const bytes = decoder === null ? chunk : encoder.encode(decoder.decode(chunk, { stream: true }));
    if (bytes.length > 0) yield bytes;
  }
  // Half a character at the end is one that cannot be read.
  const rest = decoder?.decode() ?? '';
  if (rest !== '') yield encoder.encode(rest);
}
