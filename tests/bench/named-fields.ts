import {
  BIT_ASK,
  BIT_ASK_SIZE,
  BIT_BID,
  BIT_BID_SIZE,
  BIT_LAST,
  BIT_RANGE,
  BIT_TRADE,
  stepsToNumber,
  type InstrumentDefinition,
  type QuoteColumns,
} from '#protocol';

/** An update as a tutorial sends it: the symbol and what changed, by name, prices as floats. */
export type NamedUpdate = { symbol: string } & Record<string, string | number>;

/** The same fields as the bits of one of our entries, no more and no less. */
export function namedUpdate(
  definition: InstrumentDefinition,
  id: number,
  bits: number,
  columns: QuoteColumns,
): NamedUpdate {
  const { symbol, tick, lot } = definition;
  const update: NamedUpdate = { symbol };
  if (bits & BIT_TRADE) {
    update['lastSize'] = stepsToNumber(columns.lastSize[id]!, lot);
    update['volume'] = stepsToNumber(columns.volume[id]!, lot);
    update['tradeTime'] = Math.floor(columns.tradeTimeUs[id]! / 1000);
  }
  if (bits & BIT_LAST) update['last'] = stepsToNumber(columns.last[id]!, tick);
  if (bits & BIT_BID) update['bid'] = stepsToNumber(columns.bid[id]!, tick);
  if (bits & BIT_BID_SIZE) update['bidSize'] = stepsToNumber(columns.bidSize[id]!, lot);
  if (bits & BIT_ASK) update['ask'] = stepsToNumber(columns.ask[id]!, tick);
  if (bits & BIT_ASK_SIZE) update['askSize'] = stepsToNumber(columns.askSize[id]!, lot);
  if (bits & BIT_RANGE) {
    update['high'] = stepsToNumber(columns.high[id]!, tick);
    update['low'] = stepsToNumber(columns.low[id]!, tick);
  }
  return update;
}
