import { describe, expect, it } from 'vitest';
import { BookText } from '../../../../../server/feeds/kraken/book-text.ts';
import { EXAMPLES } from '../../../../../server/feeds/kraken/wire.ts';

const read = (text: string) => new BookText().read(text);

describe("the quick reader of a book's frames", () => {
  it('goes straight to levels, in the text of the wire', () => {
    expect(read(EXAMPLES.book_snapshot)).toEqual({
      isSnapshot: true,
      symbol: 'MATIC/USD',
      bids: [['0.5666', '4831.75496356']],
      asks: [['0.5668', '4410.79769741']],
      checksum: '3498894422',
      timestamp: '2023-10-06T17:35:55.440295Z',
    });
    expect(read(EXAMPLES.book_update)).toMatchObject({ isSnapshot: false, asks: [] });
  });

  it.each([
    ['another channel', EXAMPLES.ticker],
    ['another order of members', EXAMPLES.book_update.replace(/("bids":.*\]),("asks":\[\])/, '$2,$1')],
    ['a space', EXAMPLES.book_update.replace('"asks":[]', '"asks": []')],
    ['an exponent', EXAMPLES.book_update.replace('0.0294', '2.94e-2')],
    ['a negative price', EXAMPLES.book_update.replace('0.0294', '-0.0294')],
    ['quotation marks around a number', EXAMPLES.book_update.replace('0.0294', '"0.0294"')],
    ['a number without an end', EXAMPLES.book_update.replace('0.0294', '9'.repeat(1_000))],
    ['no checksum', EXAMPLES.book_update.replace(/"checksum":\d+,/, '')],
    ['a second book', EXAMPLES.book_update.replace('}]}', '},{"symbol":"A/B"}]}')],
  ])('leaves %s to the parser', (_, text) => {
    expect(read(text)).toBeNull();
  });

  it('takes no frame that was cut anywhere', () => {
    for (const text of [EXAMPLES.book_snapshot, EXAMPLES.book_update]) {
      for (let end = 0; end < text.length; end += 1) expect(read(text.slice(0, end))).toBeNull();
    }
  });
});
