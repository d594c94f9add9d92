import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { ZstdFrames } from '../../../../server/commands/zstd-frames.ts';
import { inflated } from '../../../../server/formats/byte-source.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';

const LINES = 20_000;
const MAGIC = Buffer.from('28b52ffd', 'hex');
const EMPTY_BYTES_MAX = 16;
const random = new SeededRandom(5);

/** A line of which so many characters are news. */
function line(news: number): string {
  let text = '{"e":"bookTicker","s":"BTCUSDT","b":"61556.04000000","B":"';
  for (let at = 0; at < news; at += 1) text += String(random.between(0, 9));
  return `${text}"}\n`;
}

class Kept extends Writable {
  readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
}

/** Packs portions of lines, flushed as a recorder does: the bytes, the text that is read from them, and the frames that hold any. */
async function packed(portions: readonly (readonly string[])[]) {
  const into = new Kept();
  const frames = new ZstdFrames(into);
  for (const portion of portions) {
    frames.write(portion.join(''));
    frames.flush();
    while (frames.writableLength > 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
  }
  const ended = finished(into);
  frames.end();
  await ended;
  const bytes = Buffer.concat(into.chunks);
  let text = '';
  const place = { lastRow: 0 };
  for await (const chunk of inflated('packed', [bytes].values() as never, place))
    text += Buffer.from(chunk).toString('latin1');
  const begins: number[] = [];
  for (let at = bytes.indexOf(MAGIC); at >= 0; at = bytes.indexOf(MAGIC, at + 1)) begins.push(at);
  // The end of a frame that was flushed is one of its own, without content.
  const count = begins.filter(
    (at, index) => (begins[index + 1] ?? bytes.length) - at > EMPTY_BYTES_MAX,
  ).length;
  return { bytes, text, count };
}

const portions = (news: number) =>
  Array.from({ length: 12 }, () => Array.from({ length: LINES / 10 }, () => line(news)));

describe('ZstdFrames', () => {
  it('goes over to the fast way where text packs well, and all of it can be read', async () => {
    const given = portions(6);
    const { bytes, text, count } = await packed(given);
    expect(text).toBe(given.flat().join(''));
    expect(count).toBe(2);
    expect(bytes.length).toBeLessThan(text.length / 7);
  });

  it('stays with the thorough way where the fast one would take more than a seventh', async () => {
    const given = portions(40);
    const { text, count } = await packed(given);
    expect(text).toBe(given.flat().join(''));
    expect(count).toBe(1);
  });

  it('goes back for good where text that packed well does so no longer', async () => {
    const given = [...portions(6), ...portions(60), ...portions(60), ...portions(6), ...portions(6)];
    const { text, count } = await packed(given);
    expect(text).toBe(given.flat().join(''));
    expect(count).toBe(3);
  });
});
