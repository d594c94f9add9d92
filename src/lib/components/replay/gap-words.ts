import type { GapMark, InstrumentId } from '#protocol';
import { GAP_REASONS, isGapOf } from '../../../protocol/gap.ts';
import { formatAge } from '../../format/index.ts';

/** The feed was away as a whole: what it lost, if anything, is told by the gaps of its instruments. */
export function isFeedDrop({ instrument, reason }: GapMark): boolean {
  return instrument === undefined && reason !== 'recording';
}

/** Whether the bar shows a gap: it is of the chosen instrument, or of all. */
export function isGapShown(mark: GapMark, chosen: InstrumentId | null): boolean {
  if (chosen !== null) return isGapOf(mark, chosen);
  return mark.instrument === undefined && !isFeedDrop(mark);
}

/** What is missing at a time, in words; empty = nothing. A gap goes before the drop of a feed, the one that began last before the others. */
export function gapWords(
  marks: readonly GapMark[],
  chosen: InstrumentId | null,
  timeUs: number,
  reachUs: number,
): string {
  const here = marks.filter(
    ({ fromTimeUs, toTimeUs }) => timeUs >= fromTimeUs - reachUs && timeUs <= toTimeUs + reachUs,
  );
  const gap = here.findLast((mark) => isGapShown(mark, chosen)) ?? here.findLast(isFeedDrop);
  if (gap === undefined) return '';
  const length = formatAge((gap.toTimeUs - gap.fromTimeUs) / 1000);
  const missing = gap.missing === undefined ? '' : `, ${gap.missing} trades`;
  const [what, why] = isFeedDrop(gap)
    ? [`${gap.feed} was away ${length}`, '']
    : [`Gap ${length}${missing}`, ` (${sentencePart(GAP_REASONS[gap.reason])})`];
  return `${what}${why}`;
}

function sentencePart(sentence: string | undefined): string {
  if (sentence === undefined) return 'unknown';
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}
