import type { DictionaryEntry } from '#protocol';
import { instrumentKey } from '../../../protocol/instrument.ts';
import { COMPARED_MAX } from '../chart/chart-choices.svelte.ts';
import type { Desk } from '../desk.svelte.ts';

/** Puts marked instruments into the chart of the selected one, which is shown if it is not; what was compared before makes room. */
export function compareMarked(desk: Desk, marked: readonly DictionaryEntry[]): void {
  const { chart, instrument } = desk;
  const others = marked.filter(({ id }) => id !== instrument?.id);
  for (const key of [...chart.compared]) chart.stopComparing(key);
  for (const entry of others.slice(0, COMPARED_MAX)) chart.compare(instrumentKey(entry));
  if (others.length > COMPARED_MAX)
    desk.say(`${COMPARED_MAX} symbols can be compared: the first ${COMPARED_MAX} marked are.`);
  if (instrument !== null && !desk.showsCharts) desk.navigation.open(instrument, false);
  // A chart that is still to come writes only what changes after it.
  else desk.navigation.readdress();
}
