import { assertNever } from '#protocol';
import type { LevelText, TailLine } from './tail-lines.ts';

const NAME_CHARS = 22;
const PRICE_CHARS = 12;
const SIZE_CHARS = 12;
const NOT_KNOWN = '-';

const price = (text: string | undefined): string => (text ?? NOT_KNOWN).padStart(PRICE_CHARS);
const size = (text: string | undefined): string => (text ?? NOT_KNOWN).padEnd(SIZE_CHARS);
const best = ([level]: LevelText[]): string =>
  level === undefined ? NOT_KNOWN : `${level[0]} x ${level[1]}`;

/** `2024-07-18T14:32:07.250Z` without the date: 14:32:07.250, UTC. */
function clock(timeUs: number): string {
  return new Date(Math.floor(timeUs / 1000)).toISOString().slice(11, 23);
}

/** One line for people, in columns: time (UTC), instrument, kind, values. */
export function tailText(line: TailLine): string {
  const name = `${line.venue}:${line.symbol}`.padEnd(NAME_CHARS);
  const time = line.type === 'lost' ? ''.padEnd(12) : clock(line.venueTimeUs);
  return `${time}  ${name} ${line.type.padEnd(5)} ${values(line)}`.trimEnd();
}

function values(line: TailLine): string {
  switch (line.type) {
    case 'raw':
    case 'quote': {
      const { bid, bidSize, ask, askSize, last, volume } = line;
      return `${price(bid)} x ${size(bidSize)} ${price(ask)} x ${size(askSize)} last ${price(last)}  vol ${volume ?? NOT_KNOWN}`;
    }
    case 'trade':
      return `${price(line.price)} x ${size(line.size)} ${line.aggressor.padEnd(7)} #${line.seq}`;
    case 'bar': {
      const { interval, open, high, low, close, volume } = line;
      return `${interval.padEnd(4)} ${price(open)} ${price(high)} ${price(low)} ${price(close)}  vol ${volume}`;
    }
    case 'book':
      return `${line.bids.length} bids, best ${best(line.bids)}; ${line.asks.length} asks, best ${best(line.asks)}`;
    case 'lost':
      return `${line.count} of them were lost`;
    default:
      return assertNever(line);
  }
}
