import { describe, expect, it } from 'vitest';
import { unixUs, type MarketEvent } from '#protocol';
import { Engine } from '../../../../server/engine/engine.ts';
import { isRecordable } from '../../../../server/tape/file/recordable.ts';
import { EventTaps } from '../../../../server/timelines/event-taps.ts';
import { instrument } from '../../../support/test-timeline.ts';

const NOW_US = 1_780_000_000_000_000;
const TIMES = { venueTimeUs: NOW_US, receiveTimeUs: NOW_US };
const TRADE = { type: 'trade', ...TIMES, price: 100, size: 1, aggressor: 0, tradeId: '' };
const QUOTE = { type: 'quote', ...TIMES, bid: 99, bidSize: 1, ask: 101, askSize: 1 };
const BOOK = { type: 'book', ...TIMES, bids: [99, 1], asks: [101, 1], snapshot: true };

function tapped() {
  const engine = new Engine(unixUs(NOW_US));
  const taps = new EventTaps(engine);
  const id = taps.define(instrument('A'));
  const heard: MarketEvent[] = [];
  taps.add({ onDefine: () => undefined, onEvent: (event) => heard.push(event) });
  const take = (event: object): void => taps.onEvent({ ...event, instrument: id } as MarketEvent);
  return { engine, heard, take };
}

describe('what a feed that nobody type-checked delivers', () => {
  it('is taken in, and can be recorded, when it has the form that is promised', () => {
    const { engine, heard, take } = tapped();
    for (const event of [TRADE, QUOTE, BOOK]) take(event);
    expect(engine.eventsTaken).toBe(3);
    expect(heard.every((event) => isRecordable(event))).toBe(true);
  });

  it.each<[string, object, string]>([
    ['a trade without an id', { ...TRADE, tradeId: undefined }, 'bad_id'],
    ['a trade whose id is a number', { ...TRADE, tradeId: 17 }, 'bad_id'],
    ['a trade without an aggressor', { ...TRADE, aggressor: undefined }, 'bad_aggressor'],
    ['a trade whose aggressor is a word', { ...TRADE, aggressor: 'buy' }, 'bad_aggressor'],
    ['a trade of an aggressor that is none', { ...TRADE, aggressor: 7 }, 'bad_aggressor'],
    ['a trade without an arrival', { ...TRADE, receiveTimeUs: undefined }, 'bad_time'],
    ['a quote of half a microsecond', { ...QUOTE, venueTimeUs: NOW_US + 0.5 }, 'bad_time'],
    ['a book that came at half a microsecond', { ...BOOK, receiveTimeUs: NOW_US + 0.5 }, 'bad_time'],
  ])('%s is counted, and neither shown nor handed to a tape that could not hold it', (_, event, counter) => {
    const { engine, heard, take } = tapped();
    take(event);
    expect([engine.eventsTaken, heard.length]).toEqual([0, 0]);
    expect(engine.counters.toRecord()).toEqual({ [counter]: 1 });
  });
});
