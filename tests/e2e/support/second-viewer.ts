import { instrumentId, instrumentKey, stepsToText, unixUs } from '#protocol';
import { LoopbackClient } from '../../support/loopback-client.ts';

export interface Instant {
  /** Last prices as decimal text, by `venue:symbol`. */
  readonly last: ReadonlyMap<string, string>;
  readonly bid: ReadonlyMap<string, string>;
  readonly ask: ReadonlyMap<string, string>;
  /** Best bid and ask of the book of one instrument. */
  readonly bestBid: string;
  readonly bestAsk: string;
  /** Price of the newest trade of that instrument. */
  readonly lastTrade: string;
}

/** What the server says of an instant of a recording to a viewer of its own, over the socket and past the page. */
export async function instantOf(
  serverUrl: string,
  recording: string,
  timeUs: number,
  key: string,
): Promise<Instant> {
  const client = await LoopbackClient.open(`${serverUrl.replace('http', 'ws')}/ws`);
  const { model } = client;
  try {
    client.say({ type: 'timeline', op: 'open', recording, timeUs: unixUs(timeUs), paused: true });
    await client.until(() =>
      model.messages.some(
        (message) => message.type === 'timeline' && message.mode === 'replay' && message.state !== 'seeking',
      ),
    );
    await client.subscribe(1, 'quote', ['*']);
    await client.subscribe(2, 'book', [key]);
    const entry = [...model.entries.values()].find((one) => instrumentKey(one) === key)!;
    await client.until(() => model.books.has(entry.id) && Number.isFinite(model.columns.last[entry.id]));
    client.say({ type: 'history', request: 7, kind: 'trades', instrument: instrumentId(entry.id), count: 1 });
    await client.until(() => model.messages.some((message) => message.type === 'history'));
    const answer = model.messages.findLast((message) => message.type === 'history');
    const rows = answer?.type === 'history' && answer.kind === 'trades' ? answer.rows : [];
    const texts = (column: 'last' | 'bid' | 'ask'): Map<string, string> =>
      new Map(
        [...model.entries.values()].map((one) => [
          instrumentKey(one),
          stepsToText(model.columns[column][one.id]!, one.tick),
        ]),
      );
    const { bids, asks } = model.books.get(entry.id)!;
    return {
      last: texts('last'),
      bid: texts('bid'),
      ask: texts('ask'),
      bestBid: stepsToText(bids[0]!, entry.tick),
      bestAsk: stepsToText(asks[0]!, entry.tick),
      lastTrade: stepsToText(rows.at(-3)!, entry.tick),
    };
  } finally {
    await client.hangUp();
  }
}
