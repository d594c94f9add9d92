import { createHash } from 'node:crypto';
import { QUOTE_FIELDS, instrumentId, instrumentKey } from '#protocol';
import { INTERVALS_S } from '../engine/bars.ts';
import type { Engine } from '../engine/engine.ts';

/**
 * One text for everything that an engine shows of its market now, however it came to it: docs/protocol/TAPE.md, "State hash". Two
 * engines with the same text would show the same screen.
 */
export function stateHash(engine: Engine): string {
  const { dictionary, state, trades, bars } = engine;
  const hash = createHash('sha256');
  const ids = dictionary.ids().map((id) => [instrumentKey(dictionary.definition(id)), id] as const);
  for (const [key, id] of ids.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const values = QUOTE_FIELDS.map((field) => text(state.columns[field][id]!));
    const newest = INTERVALS_S.map((intervalS) => {
      const bar = bars.range(intervalS, id, 0, Number.POSITIVE_INFINITY, 1)[0];
      return bar === undefined
        ? '-'
        : [bar.startS, bar.open, bar.high, bar.low, bar.close, bar.volume].map(text).join(',');
    });
    const book = state.bookLevels(instrumentId(id));
    const sides = book === undefined ? ['-'] : [book.bids.join(','), book.asks.join(',')];
    const line = [
      key,
      ...values,
      text(dictionary.open(id)),
      String(trades.newestSeq(id)),
      ...newest,
      ...sides,
    ];
    hash.update(`${line.join(' ')}\n`);
  }
  return hash.digest('hex');
}

const text = (value: number): string => (value === value ? String(value) : '-');
