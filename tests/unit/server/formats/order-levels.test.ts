import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { OrderLevels } from '../../../../server/formats/order-levels.ts';
import { RecordingBuilder } from '../../../../server/tape/recording-builder.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { dbnOf, mboRecord, type MboTestRecord } from './dbn-writer.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();
const LAST = 0x80;
const SNAPSHOT = 0x20;
const TOP = 0x40;

async function open(records: MboTestRecord[]) {
  const bytes = dbnOf({ schema: 0, records: records.map(mboRecord) });
  const { recording, report } = await openRecording([files.write('o.dbn', bytes)], { strict: true });
  return { events: playAll(recording), report };
}
const order = (action: string, side: string, price: number, size: number, id: bigint, flags = LAST) => ({
  ...{ action, side, price: BigInt(price) * 1_000_000_000n, size, id, flags },
});

describe('orders of DBN', () => {
  it('become levels: adds, cancels in part and whole, changes of price and size', async () => {
    const { events, report } = await open([
      order('A', 'B', 10, 5, 1n),
      order('A', 'B', 10, 4, 2n),
      order('C', 'B', 10, 2, 1n),
      order('M', 'B', 9, 7, 2n),
      order('C', 'B', 10, 3, 1n),
      order('A', 'A', 12, 1, 2n ** 64n - 2n),
    ]);
    expect(events).toMatchObject([
      { type: 'book', snapshot: true, bids: [10, 5], asks: [] },
      { snapshot: false, bids: [10, 9] },
      { bids: [10, 7] },
      { bids: [10, 3, 9, 7] },
      { bids: [10, 0] },
      { bids: [], asks: [12, 1] },
    ]);
    expect(report.files).toMatchObject([{ format: 'dbn-mbo', rows: 6, events: { book: 6 } }]);
  });

  it('of one event of the venue are one change of the book; trades and fills leave it as it is', async () => {
    const { events } = await open([
      order('A', 'A', 10, 5, 1n),
      order('T', 'B', 10, 2, 0n, 0),
      order('F', 'A', 10, 2, 1n, 0),
      order('C', 'A', 10, 2, 1n, 0),
      order('A', 'B', 9, 1, 2n),
    ]);
    expect(events).toMatchObject([
      { type: 'book', asks: [10, 5] },
      { type: 'trade', price: 10, size: 2, aggressor: 1 },
      { type: 'book', snapshot: false, bids: [9, 1], asks: [10, 3] },
    ]);
  });

  it('that are cleared begin a new snapshot', async () => {
    const { events } = await open([
      order('A', 'B', 10, 5, 1n),
      { ...order('R', 'N', 0, 0, 0n, SNAPSHOT), price: 2n ** 63n - 1n },
      order('A', 'B', 8, 1, 3n, SNAPSHOT),
      order('A', 'A', 9, 2, 4n, SNAPSHOT | LAST),
      order('C', 'B', 10, 5, 1n),
    ]);
    expect(events).toMatchObject([
      { snapshot: true, bids: [10, 5] },
      { snapshot: true, bids: [8, 1], asks: [9, 2] },
    ]);
    expect(events).toHaveLength(2);
  });

  it('of feeds that tell the best price only have one level a side', async () => {
    const { events } = await open([
      order('A', 'B', 10, 5, 0n, LAST | TOP),
      order('A', 'B', 11, 6, 0n, LAST | TOP),
      { ...order('A', 'B', 0, 0, 0n, LAST | TOP), price: 2n ** 63n - 1n },
    ]);
    expect(events).toMatchObject([{ bids: [10, 5] }, { bids: [11, 6, 10, 0] }, { bids: [11, 0] }]);
  });

  it('that nobody knows are counted', async () => {
    const { report } = await open([order('A', 'B', 10, 5, 1n), order('C', 'B', 10, 5, 9n)]);
    expect(report.anomalies['unknown_orders']).toBe(1);
  });
});

describe('order levels', () => {
  it('are the sums of the orders, after any run of changes', () => {
    const random = new SeededRandom(20_240_808);
    const book = new OrderLevels(0);
    const builder = new RecordingBuilder();
    const instrument = builder.instruments.number('v', 'S', 'other', '');
    const orders = new Map<number, { isBid: boolean; price: number; size: number }>();
    for (let step = 0; step < 5_000; step += 1) {
      const id = Math.floor(random.next() * 60);
      const [price, size] = [1 + Math.floor(random.next() * 20), 1 + Math.floor(random.next() * 9)];
      const isBid = random.next() < 0.5;
      const what = random.next();
      if (what < 0.5) {
        book.add(id, isBid, price, size);
        orders.set(id, { isBid, price, size });
      } else if (what < 0.98) {
        const known = orders.get(id);
        book.reduce(id, size);
        if (known !== undefined && size < known.size) known.size -= size;
        else orders.delete(id);
      } else {
        book.clear();
        orders.clear();
      }
      if (book.hasChanges) book.emit(builder, instrument, step + 1, step + 1);
    }
    const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
    for (const event of playAll(builder.finish())) {
      if (event.type !== 'book') continue;
      for (const side of ['bids', 'asks'] as const) {
        if (event.snapshot) sides[side].clear();
        for (let at = 0; at < event[side].length; at += 2) {
          if (event[side][at + 1] === 0) sides[side].delete(event[side][at]!);
          else sides[side].set(event[side][at]!, event[side][at + 1]!);
        }
      }
    }
    const sums = { bids: new Map<number, number>(), asks: new Map<number, number>() };
    for (const { isBid, price, size } of orders.values()) {
      const side = sums[isBid ? 'bids' : 'asks'];
      side.set(price, (side.get(price) ?? 0) + size);
    }
    const sorted = (side: Map<number, number>) => [...side].sort(([one], [other]) => one - other);
    expect([sorted(sides.bids), sorted(sides.asks)]).toEqual([sorted(sums.bids), sorted(sums.asks)]);
  });
});
