import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { Bzip2Damage, Bzip2Ended } from '../../../../server/formats/bzip2-bits.ts';
import { Bzip2Stream } from '../../../../server/formats/bzip2-stream.ts';
import { playAll, RecordingFiles } from './recording-files.ts';
import { zipOf } from './zip-writer.ts';

const files = new RecordingFiles();
const packed = readFileSync('tests/fixtures/bzip2/binance-2500-trades.tardis.csv.bz2');
const sample = gunzipSync(readFileSync('examples/recordings/binance-2024-07-to-08.tardis.csv.gz'));
const text = sample.subarray(0, unpacked(packed).length);
/** `printf '' | bzip2` and `printf 'aaaaaaaa' | bzip2`. */
const EMPTY = Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64');
const EIGHT = Buffer.from('QlpoOTFBWSZTWWCV7pUAAAJBAAQAIAAgACEAggsXckU4UJBgle6V', 'base64');

function unpacked(bytes: Uint8Array, chunkBytes = bytes.length): Buffer {
  const stream = new Bzip2Stream();
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    for (const piece of stream.take(bytes.subarray(at, at + chunkBytes))) out.push(Buffer.from(piece));
  for (const piece of stream.finish()) out.push(Buffer.from(piece));
  return Buffer.concat(out);
}

describe('bzip2', () => {
  it('gives the bytes that were packed, wherever its chunks end', () => {
    expect(unpacked(packed).equals(text)).toBe(true);
    expect(text.length).toBeGreaterThan(200_000);
    for (const chunk of [1_000, 4_099, 65_536]) expect(unpacked(packed, chunk).equals(text)).toBe(true);
  });

  it('of several streams one behind the other is all of them', () => {
    expect(unpacked(Buffer.concat([EIGHT, EMPTY, packed, EIGHT])).toString('latin1')).toBe(
      `aaaaaaaa${text.toString('latin1')}aaaaaaaa`,
    );
    expect(unpacked(EMPTY)).toHaveLength(0);
  });

  it('that ends early is told as such, at every length', () => {
    for (let bytes = 1; bytes < EIGHT.length; bytes += 1)
      expect(() => unpacked(EIGHT.subarray(0, bytes))).toThrow(Bzip2Ended);
  });

  it('with any wrong bit is refused, or the bit means nothing', () => {
    for (let bit = 0; bit < EIGHT.length * 8; bit += 1) {
      const wrong = Buffer.from(EIGHT);
      wrong[bit >> 3]! ^= 0x80 >> (bit & 7);
      try {
        expect(unpacked(wrong).toString()).toBe('aaaaaaaa');
      } catch (error) {
        if (!(error instanceof Bzip2Damage || error instanceof Bzip2Ended)) throw error;
      }
    }
  });

  it('of a recording opens by its content, in a zip too', async () => {
    const plain = await openRecording([files.write('plain.csv', text)]);
    for (const bytes of [packed, zipOf([{ name: 'a.csv.bz2', content: packed }])]) {
      const opened = await openRecording([files.write('no-name', bytes)]);
      expect(playAll(opened.recording)).toEqual(playAll(plain.recording));
    }
    const { report } = await openRecording([files.write('a.bz2', packed)]);
    expect(report.files).toMatchObject([{ compression: 'bzip2', rows: 2_500, format: 'tardis-trades' }]);
  });

  it('that is cut off or damaged is refused with a sentence that names the row', async () => {
    expect(await files.refusal(packed.subarray(0, packed.length - 40), 'cut.bz2')).toMatch(
      /^cut\.bz2 is cut off after row 2\d\d\d: expected the end of its bzip2 data\.$/,
    );
    const wrong = Buffer.from(packed);
    // The checksum of the first block.
    wrong[10]! ^= 4;
    expect(await files.refusal(wrong, 'wrong.bz2')).toMatch(
      /^wrong\.bz2 is damaged: expected sound bzip2 data after row \d{3,4} \(a block whose checksum differs\)\.$/,
    );
    expect(await files.refusal(Buffer.concat([packed, Buffer.from('more, and more')]), 'long.bz2')).toBe(
      'long.bz2 is damaged: expected sound bzip2 data after row 2501 (other bytes follow it).',
    );
  });
});
