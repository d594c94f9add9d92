import type { ExportSelection } from './export-selection.ts';

/**
 * Whether book events would be lost in the layout of Tardis, where a message is the run of rows of one instrument with one receive time
 * and one snapshot flag: two that follow one another are one there, and one without levels is none. Costs one pass over the recording.
 */
export function hasEventsThatMerge(selection: ExportSelection): boolean {
  let isFound = false;
  let instrument = -1;
  let receiveTimeUs = Number.NaN;
  let isSnapshot = false;
  selection.each((event) => {
    if (event.type !== 'book') return;
    isFound ||=
      event.bids.length + event.asks.length === 0 ||
      (event.instrument === instrument &&
        event.receiveTimeUs === receiveTimeUs &&
        event.snapshot === isSnapshot);
    ({ instrument, receiveTimeUs, snapshot: isSnapshot } = event);
  });
  return isFound;
}
