import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY, unixUs, type MarketEvent } from '#protocol';
import { UserError } from '../../../../../server/errors.ts';
import gemini from '../../../../../server/feeds/gemini/feed.ts';
import type { CaptureLine } from '../../../../../server/feeds/venue/capture-lines.ts';
import { runCapture } from '../../../../../server/feeds/venue/capture-run.ts';
import type { Venue, VenueConnection, VenuePort } from '../../../../../server/feeds/venue/ports.ts';

const START_US = 1_790_856_000_000_000;

const line = (kind: 'in' | 'out', raw: object | string, at = 0, conn = '0'): CaptureLine => ({
  kind,
  conn,
  timeUs: START_US + at * 1000,
  raw: typeof raw === 'string' ? raw : JSON.stringify(raw),
});

type Take = (port: VenuePort, frame: Record<string, string>, receiveTimeUs: number) => void;

/** A venue whose frames do what the test says; the rest of it is Gemini's. */
function made(
  take: Take,
  own: Partial<Venue> = {},
  onSubscribe: (symbols: readonly string[]) => void = () => undefined,
): Venue {
  const connect = (port: VenuePort): VenueConnection => ({
    onOpen: () => port.ready(),
    onFrame: (frame, timeUs) => take(port, JSON.parse(String(frame)) as Record<string, string>, timeUs),
    subscribe: (symbols) => {
      onSubscribe(symbols);
      return [
        JSON.stringify({ op: 'sub', channel: symbols.map((symbol) => `trades_${symbol.toLowerCase()}`) }),
      ];
    },
    unsubscribe: () => [],
    resync: () => [],
  });
  return { ...gemini, name: 'made', restUrl: 'https://made/api', symbolExamples: ['ABC'], connect, ...own };
}

const trade: Take = (port, { symbol = '', id = '', price = '' }, receiveTimeUs) =>
  port.trade({
    ...{ symbol, id, price, size: '1', aggressor: AGGRESSOR_BUY },
    venueTimeUs: unixUs(receiveTimeUs),
    receiveTimeUs: unixUs(receiveTimeUs),
  });

describe('a run over a capture', () => {
  it('counts a frame as malformed whose trade has numbers that are none', async () => {
    const lines = ['1', 'NaN', '', '1e99', '2'].map((price, at) =>
      line('in', { symbol: 'ABC', id: String(at + 1), price }, at),
    );
    expect(await runCapture(made(trade), lines)).toMatchObject({
      frames: 5,
      malformedFrames: 3,
      events: { trade: 2 },
    });
  });

  it('makes instruments when it first sees them and learns their steps', async () => {
    const prices = ['10.5', '9.25', '11'].map((price, at) =>
      line('in', { symbol: 'ABC', id: `${at + 1}`, price }),
    );
    const summary = await runCapture(made(trade), prices);
    expect(summary.instruments).toEqual({ ABC: { events: 3, of: 'trade', low: '9.25', high: '11.00' } });
    expect(summary).toMatchObject({ frames: 3, events: { trade: 3 }, firstTimeUs: START_US, notes: [] });
  });

  it('counts a fault of the whole connection once and has every symbol begin anew, and notes what the venue says', async () => {
    const resynced: string[] = [];
    const hole: Take = (port, frame, timeUs) => {
      if (frame['hole'] !== undefined)
        port.fault({ kind: 'gap', detail: `Frame ${frame['hole']} follows 7.` });
      else if (frame['news'] !== undefined) port.notice(frame['news']);
      else trade(port, frame, timeUs);
    };
    const venue = made(hole);
    const connect = (port: VenuePort): VenueConnection => ({
      ...venue.connect(port),
      resync: (symbol) => {
        resynced.push(symbol);
        return [];
      },
    });
    const frames = [
      ...['ABC', 'XYZ'].map((symbol) => line('in', { symbol, id: '1', price: '1' })),
      line('in', { news: 'Fees change tomorrow.' }),
      line('in', { hole: '9' }),
    ];
    const summary = await runCapture({ ...venue, connect }, frames);
    expect([summary.sequenceGaps, resynced]).toEqual([1, ['ABC', 'XYZ']]);
    expect(summary.notes).toEqual(['The venue says: Fees change tomorrow.', 'Frame 9 follows 7.']);
  });

  it('leaves out a trade that came before, and tells a hole with both ends', async () => {
    const ids = ['1', '2', '2', '5'].map((id) => line('in', { symbol: 'ABC', id, price: '1' }));
    const summary = await runCapture(made(trade, { tradeIds: 'contiguous' }), ids);
    expect(summary).toMatchObject({ repeatedTrades: 1, sequenceGaps: 1, events: { trade: 3 } });
    expect(summary.notes).toEqual(['ABC: the trades 3 to 4 are missing.']);
  });

  it('counts a frame once, however often the adapter complains of it', async () => {
    const summary = await runCapture(
      made((port) => {
        port.unknown('a');
        port.unknown('b');
        port.malformed('c');
      }),
      [line('in', {}), line('in', {})],
    );
    expect(summary).toMatchObject({ unknownFrames: 2, malformedFrames: 2, frames: 2 });
  });

  it('counts checksums, a wrong one once although it is a fault as well', async () => {
    const summary = await runCapture(
      made((port, { right }) => {
        port.checksum?.(right === 'yes');
        if (right !== 'yes') port.fault({ kind: 'checksum', symbol: 'ABC', detail: 'It is wrong.' });
      }),
      [line('in', { right: 'yes' }), line('in', { right: 'no' })],
    );
    expect(summary).toMatchObject({ checksumsChecked: 2, checksumFailures: 1, faults: { checksum: 1 } });
  });

  it('goes on behind a frame that makes the adapter throw', async () => {
    const summary = await runCapture(made(trade), [
      line('in', 'not json'),
      line('in', { symbol: 'ABC', id: '1', price: '1' }),
    ]);
    expect(summary).toMatchObject({ malformedFrames: 1, events: { trade: 1 } });
    expect(summary.notes[0]).toMatch(/^Malformed frame: The adapter threw: /);
  });

  it('ends with the sentence of an adapter that says that it is no use', async () => {
    const venue = made((port) => port.fail('This is version 1; version 2 is known.', true));
    const run = runCapture(venue, [line('in', {})]);
    await expect(run).rejects.toThrow(new UserError('This is version 1; version 2 is known.'));
  });

  it('tells the adapter what the capture asked for, in the adapter’s spelling', async () => {
    const asked: string[] = [];
    const venue = made(trade, {}, (symbols) => asked.push(...symbols));
    await runCapture(venue, [line('out', { op: 'sub', channel: ['trades_xyz', 'other_abc'] })]);
    // The first is the example, by which the shape of a request is found out.
    expect(asked).toEqual(['ABC', 'XYZ']);
  });

  it('gives each connection of the capture a translator of its own', async () => {
    let connections = 0;
    const venue = made(trade);
    const counted: Venue = { ...venue, connect: (port) => ((connections += 1), venue.connect(port)) };
    const frame = { symbol: 'ABC', id: '', price: '1' };
    await runCapture(counted, [
      line('in', frame, 0, '0'),
      line('in', frame, 1, '1'),
      line('in', frame, 2, '0'),
    ]);
    // One more was asked for the shape of its requests.
    expect(connections).toBe(3);
  });

  it('answers REST when the capture has come to the time of the answer, and each answer once', async () => {
    const told: string[] = [];
    const venue = made((port, { ask }) => {
      if (ask === undefined) return;
      const answer = port.rest.text(`/depth?symbol=ABC&limit=${ask}`);
      answer.then((body) => told.push(body)).catch((error: Error) => told.push(error.message));
    });
    const rest: CaptureLine = {
      kind: 'rest',
      url: 'https://old.made/api/depth?symbol=ABC&limit=100',
      timeUs: START_US + 5_000,
      body: 'book',
    };
    const order: string[] = [];
    const lines = [
      line('in', { ask: '5000' }, 0),
      line('in', {}, 4),
      line('in', {}, 6),
      line('in', { ask: '10' }, 7),
    ];
    async function* watched(): AsyncGenerator<CaptureLine> {
      for (const [at, each] of lines.entries()) {
        yield each;
        order.push(`${at}:${told.length}`);
      }
    }
    await runCapture(venue, watched(), { rest: [rest] });
    expect(order).toEqual(['0:0', '1:0', '2:1', '3:2']);
    expect(told[0]).toBe('book');
    expect(told[1]).toMatch(/^No recorded answer to GET \/depth\?symbol=ABC&limit=10 is at hand/);
  });

  it('takes the venue’s time where bare frames have none of their arrival', async () => {
    const bare = (raw: object): CaptureLine => ({
      kind: 'in',
      conn: '0',
      timeUs: Number.NaN,
      raw: JSON.stringify(raw),
    });
    const venue = made((port, { time, bid }, receiveTimeUs) => {
      const instrument = port.instrument('ABC')!;
      const venueTimeUs = unixUs(time === undefined ? receiveTimeUs : Number(time));
      const event = {
        type: 'quote',
        instrument: instrument.id,
        venueTimeUs,
        receiveTimeUs: unixUs(receiveTimeUs),
      };
      const sides = { bid: instrument.price(bid!), bidSize: 1, ask: Number.NaN, askSize: Number.NaN };
      port.event({ ...event, ...sides } as MarketEvent);
    });
    const summary = await runCapture(venue, [
      bare({ bid: '0' }),
      bare({ bid: '10', time: String(START_US) }),
      bare({ bid: '9.5' }),
    ]);
    expect(summary).toMatchObject({ firstTimeUs: START_US, lastTimeUs: START_US });
    expect(summary.instruments).toEqual({ ABC: { events: 3, of: 'quote', low: '9.5', high: null } });
  });
});
