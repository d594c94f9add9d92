import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../../server/clock.ts';
import { StdinFeed } from '../../../../../server/feeds/ingest/stdin-feed.ts';
import { RecordingSink } from './recording-sink.ts';

const row = (price: string): string =>
  `${JSON.stringify({ type: 'trade', symbol: 'ACME', price, size: 1 })}\n`;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe('rows of a pipe', () => {
  it('become events, bad ones are told with their line, and the end of the input ends the feed', async () => {
    const sink = new RecordingSink();
    const input = Readable.from([
      Buffer.from(`${row('1')}nonsense\n\n${row('2').slice(0, 9)}`),
      Buffer.from(row('2').slice(9) + row('3').trimEnd()),
    ]);
    const feed = new StdinFeed({ clock: systemClock, input });
    await feed.start(sink);
    await until(() => sink.states.at(-1)?.[0] === 'closed');
    expect(sink.events.map((event) => (event as { price: number }).price)).toEqual([1, 2, 3]);
    const refusals = '1 row was refused; the last was line 2: expected one JSON object a line.';
    expect(sink.states).toEqual([
      ['connecting', 'Waiting for the first line.'],
      ['live', refusals],
      ['closed', `The input has ended after 4 rows. ${refusals}`],
    ]);
    await feed.close();
  });

  it('are read no faster than they go in', async () => {
    const sink = new RecordingSink();
    const input = new PassThrough({ highWaterMark: 1_024 });
    const feed = new StdinFeed({ clock: { ...systemClock, soon: () => () => {} }, input });
    await feed.start(sink);
    let accepted = 0;
    while (input.write(row('1')) && accepted < 1_000) accepted += 1;
    // Time does not go on, so the second piece is never asked for.
    await until(() => sink.events.length > 0);
    while (input.write(row('1')) && accepted < 1_000) accepted += 1;
    expect(accepted).toBeLessThan(200);
    input.destroy();
  });

  it('stop when the feed is closed, with nothing left behind', async () => {
    const sink = new RecordingSink();
    const input = new PassThrough();
    const feed = new StdinFeed({ clock: systemClock, input });
    await feed.start(sink);
    await feed.close();
    await feed.close();
    expect(input.destroyed).toBe(true);
    expect(sink.states).toEqual([['connecting', 'Waiting for the first line.']]);
  });

  it('that break off are told', async () => {
    const sink = new RecordingSink();
    const input = new PassThrough();
    const feed = new StdinFeed({ clock: systemClock, input });
    await feed.start(sink);
    input.destroy(new Error('broken pipe'));
    await until(() => sink.states.length > 1);
    expect(sink.states.at(-1)).toEqual(['down', 'The input cannot be read: broken pipe.']);
  });
});
