import { crc32 } from 'node:zlib';

/** KR4: a side. */
const CHECKSUM_LEVELS = 10;

/** KR4: without the point, without zeros before the first digit; zeros at the end count. */
function digitsOf(text: string): string {
  const point = text.indexOf('.');
  let from = 0;
  while (text.charCodeAt(from) === 48 || from === point) from += 1;
  return from > point ? text.slice(from) : text.slice(from, point) + text.slice(point + 1);
}

/** A level, and the text that it gives to the checksum: kept with it, since an update changes one or two of a book's twenty. */
export interface ChecksumLevel {
  readonly price: string;
  readonly qty: string;
  /** Empty until it was made. */
  digits: string;
}

/** KR4. @param asks, bids best first */
export function bookChecksum(asks: readonly ChecksumLevel[], bids: readonly ChecksumLevel[]): number {
  return crc32(digitsOfSide(asks) + digitsOfSide(bids));
}

function digitsOfSide(levels: readonly ChecksumLevel[]): string {
  let text = '';
  for (let at = 0; at < CHECKSUM_LEVELS && at < levels.length; at += 1) {
    const level = levels[at]!;
    if (level.digits === '') level.digits = digitsOf(level.price) + digitsOf(level.qty);
    text += level.digits;
  }
  return text;
}
