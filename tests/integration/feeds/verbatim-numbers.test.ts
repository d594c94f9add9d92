import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseDecimal, stepsToText, type InstrumentDefinition, type MarketEvent } from '#protocol';
import { readCapture } from '../../../server/feeds/kit/capture-file.ts';
import { NumberText } from '../../../server/feeds/number-text.ts';
import { runCapture } from '../../../server/feeds/venue/capture-run.ts';
import { loadVenue } from '../../../server/feeds/venues.ts';

const folder =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const isThere = existsSync(join(folder, 'MANIFEST.json'));

/** Numbers of one row or object of the wire; more of them are no price and size. */
const NUMBERS_MAX = 12;
const CAPTURES: readonly (readonly [venue: string, file: string])[] = [
  ['coinbase', 'coinbase_exchange_2021-04-17.jsonl.gz'],
  ['coinbase', 'coinbase_exchange_level2_BTC-USD_bigsnapshot_2022.jsonl.gz'],
  ['kraken', 'kraken_v2_MINAGBP_2026-08-18.jsonl'],
  ['binance', 'binance_spot_combined_2021-10-12.jsonl.gz'],
  ['bitstamp', 'bitstamp_2022-01-05.jsonl.gz'],
  ['gemini', 'gemini_v2_2021.jsonl.gz'],
  ['bitfinex', 'bitfinex_v2_2021.jsonl.gz'],
];

/** Two spellings of a number are one text; a side is written as a sign by some. Null for what is no number. */
function plain(text: unknown): string | null {
  const decimal = typeof text === 'string' ? parseDecimal(text) : null;
  return decimal === null ? null : `${Math.abs(decimal.mantissa)}e-${decimal.decimals}`;
}

/** Every two numbers that stand in one row or object, as `price size`. */
function addPairs(value: unknown, pairs: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const parts: unknown[] = Object.values(value);
  const numbers = parts.length > 2 * NUMBERS_MAX ? [] : parts.map(plain).filter((text) => text !== null);
  if (numbers.length <= NUMBERS_MAX)
    for (const [at, one] of numbers.entries())
      for (const other of numbers.slice(at + 1)) pairs.add(`${one} ${other}`).add(`${other} ${one}`);
  for (const part of parts) addPairs(part, pairs);
}

/** Prices with their sizes, as an event has them. */
function* pairsOf(event: MarketEvent, { tick, lot }: InstrumentDefinition): Generator<string> {
  const pair = (price: number, size: number): string =>
    `${plain(stepsToText(price, tick))} ${plain(stepsToText(size, lot))}`;
  if (event.type === 'trade') yield pair(event.price, event.size);
  if (event.type !== 'book') return;
  for (const side of [event.bids, event.asks])
    for (let at = 0; at < side.length; at += 2)
      // A level that goes may be one that fell off the depth: nobody wrote it.
      if (side[at + 1]! > 0) yield pair(side[at]!, side[at + 1]!);
}

describe.skipIf(!isThere)('real captures (skipped: the folder of recordings is not there)', () => {
  it.each(CAPTURES)('of %s become no price and size but those that stand in %s', async (name, file) => {
    const path = join(folder, 'ws', file);
    const written = new Set<string>();
    const reader = new NumberText();
    for await (const line of readCapture(path))
      if (line.kind === 'in') addPairs(reader.parse(String(line.raw)), written);
    let checked = 0;
    const wrong: string[] = [];
    await runCapture(await loadVenue(name), readCapture(path), {
      onEvent(event, definition) {
        for (const pair of pairsOf(event, definition)) {
          checked += 1;
          if (!written.has(pair)) wrong.push(`${definition.symbol} ${event.type}: ${pair}`);
        }
      },
    });
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(0);
  });
});
