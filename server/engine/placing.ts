import { instrumentId, type Channel } from '#protocol';
import type { Dictionary } from './dictionary.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * Channels in which an instrument that came lately concerns a viewer. The subscriptions of the others are settled with it: most
 * listings concern few of thousands of viewers.
 */
export function channelsOfNew({ subscriptions }: Subscriber, dictionary: Dictionary): Set<Channel> {
  const channels = new Set<Channel>();
  for (const { channel, selectors, knownTo } of subscriptions.values()) {
    for (let id = knownTo; id < dictionary.size && !channels.has(channel); id += 1) {
      if (selectors.matches(dictionary.definition(instrumentId(id)))) channels.add(channel);
    }
  }
  for (const subscription of subscriptions.values()) {
    if (!channels.has(subscription.channel)) subscription.knownTo = dictionary.size;
  }
  return channels;
}

/**
 * Whether a viewer is served in a channel just as it should be.
 * @param instruments that are known
 */
export function isPlaced(subscriber: Subscriber, channel: Channel, instruments: number): boolean {
  for (const subscription of subscriber.subscriptions.values()) {
    if (subscription.channel === channel && subscription.knownTo < instruments) return false;
  }
  const members = subscriber.placements.get(channel) ?? [];
  const plan = subscriber.plan(channel);
  return (
    plan.size === members.length &&
    members.every(({ lane, watchlist }) => sameIds(plan.get(lane.rateHz), watchlist.ids))
  );
}

function sameIds(some: readonly number[] | undefined, others: readonly number[]): boolean {
  return (
    some === others || (some?.length === others.length && some.every((id, index) => id === others[index]))
  );
}
