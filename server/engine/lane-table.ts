import { BAR_INTERVALS, type AsOf, type Channel } from '#protocol';
import type { Engine } from './engine.ts';
import { Lane } from './lane.ts';
import type { LaneHost } from './lane-member.ts';
import { laneEncoder } from './lane-encoder.ts';

const BAR_CHANNELS: readonly Channel[] = BAR_INTERVALS.map((interval): Channel => `bar:${interval}`);

/** The lanes that somebody is served in, by channel and rate; and by channel as lists, for the event path. */
export class LaneTable {
  quote: readonly Lane[] = [];
  trade: readonly Lane[] = [];
  book: readonly Lane[] = [];
  raw: readonly Lane[] = [];
  /** By place in `BAR_INTERVALS`. */
  bar: readonly (readonly Lane[])[] = BAR_CHANNELS.map(() => []);
  readonly #lanes = new Map<Channel, Map<number, Lane>>();

  all(): Lane[] {
    return [...this.#lanes.values()].flatMap((ofChannel) => [...ofChannel.values()]);
  }

  /** The lane of a channel and rate, made when it is the first time. It has room for all instruments. */
  of(channel: Channel, rateHz: number, engine: Engine, host: LaneHost, asOf: AsOf): Lane {
    let lanes = this.#lanes.get(channel);
    if (lanes === undefined) this.#lanes.set(channel, (lanes = new Map()));
    let lane = lanes.get(rateHz);
    if (lane === undefined) {
      lane = new Lane(channel, rateHz, laneEncoder(engine, channel), host, asOf);
      lanes.set(rateHz, lane);
      this.#list();
    }
    lane.reserve(engine.dictionary.size);
    return lane;
  }

  /** Takes out a lane that nobody is served in any more. */
  drop(lane: Lane): void {
    this.#lanes.get(lane.channel)!.delete(lane.rateHz);
    this.#list();
  }

  #list(): void {
    const list = (channel: Channel): Lane[] => [...(this.#lanes.get(channel)?.values() ?? [])];
    this.quote = list('quote');
    this.trade = list('trade');
    this.book = list('book');
    this.raw = list('raw');
    this.bar = BAR_CHANNELS.map(list);
  }
}
