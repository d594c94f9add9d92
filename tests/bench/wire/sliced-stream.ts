import { instrumentId, unixUs, type InstrumentDefinition, type MarketEvent } from '#protocol';

/** What happened to one instrument, in the order of the file. */
export interface RecordedEvent {
  readonly timeUs: number;
  readonly event: MarketEvent;
}

/** A market to be played. */
export interface RecordedStream {
  readonly name: string;
  /** Most events first, so that the busiest have the small ids. */
  readonly definitions: readonly InstrumentDefinition[];
  /** By time; `instrument` is the place in `definitions`. At least one. */
  readonly events: readonly RecordedEvent[];
}

/**
 * Cuts a day of one instrument into spans of equal length and plays them side by side, each as an instrument of its own: real prices,
 * sizes and bursts, at the rate of a market of many.
 */
export function slice(
  name: string,
  definition: InstrumentDefinition,
  recorded: readonly RecordedEvent[],
  spans: number,
): RecordedStream {
  const firstUs = recorded[0]!.timeUs;
  const spanUs = (recorded.at(-1)!.timeUs - firstUs + 1) / spans;
  const slices: RecordedEvent[][] = Array.from({ length: spans }, () => []);
  for (const one of recorded) slices[Math.floor((one.timeUs - firstUs) / spanUs)]!.push(one);
  const busiestFirst = slices
    .map((events, span) => ({ events, fromUs: firstUs + span * spanUs, span }))
    .filter(({ events }) => events.length > 0)
    .sort((a, b) => b.events.length - a.events.length || a.span - b.span);
  const events = busiestFirst.flatMap((one, id) => {
    const shiftUs = firstUs - Math.floor(one.fromUs);
    return one.events.map(({ timeUs, event }) => movedBy(shiftUs, timeUs, id, event));
  });
  return {
    name,
    definitions: busiestFirst.map(({ span }) => ({
      ...definition,
      symbol: `${definition.symbol}.${String(span).padStart(3, '0')}`,
    })),
    events: events.sort((a, b) => a.timeUs - b.timeUs),
  };
}

/** Recorded silence is cut down to this, us: a viewer's bytes do not depend on how long nothing happened. */
const SILENCE_MAX_US = 2_000_000;

/** A recording of many instruments as it is, but for the silence in it. */
export function withoutSilence(
  name: string,
  definitions: readonly InstrumentDefinition[],
  recorded: readonly RecordedEvent[],
): RecordedStream {
  let skippedUs = 0;
  let beforeUs = recorded[0]!.timeUs;
  const events = recorded.map(({ timeUs, event }) => {
    skippedUs += Math.max(0, timeUs - beforeUs - SILENCE_MAX_US);
    beforeUs = timeUs;
    return movedBy(-skippedUs, timeUs, event.instrument, event);
  });
  return { name, definitions, events };
}

/** The event as one of an instrument at another time; what it carries is as recorded. */
function movedBy(us: number, timeUs: number, id: number, event: MarketEvent): RecordedEvent {
  const venueTimeUs = unixUs(event.venueTimeUs + us);
  const receiveTimeUs = unixUs(event.receiveTimeUs + us);
  return {
    timeUs: timeUs + us,
    event: { ...event, instrument: instrumentId(id), venueTimeUs, receiveTimeUs },
  };
}
