import type { PlacedFault } from './row-batch.ts';

/** One sentence for who watches: where the row stood and what should have stood there. Not what did: that is the sender's business. */
export function faultSentence({ index, line, list, field, expected }: PlacedFault): string {
  const place =
    line === undefined ? `row ${index} (from 0)${list === undefined ? '' : ` of ${list}`}` : `line ${line}`;
  return `${place}${field === '' ? '' : `, ${field}`}: expected ${expected}.`;
}
