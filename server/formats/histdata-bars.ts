import { parseColumnMap, type ColumnMap } from './column-map.ts';

/**
 * Bars of a minute of HistData (https://www.histdata.com/f-a-q/data-files-detailed-specification, "Generic ASCII, M1"): no header,
 * UTC-5 without daylight saving, stamped at their start.
 *
 * 20120201 000000;1.306600;1.306600;1.306560;1.306560;0
 */
const FIRST_ROW = /^\uFEFF?\d{8} \d{4}00(?:;\d+(?:\.\d+)?){4};\d+\s*$/;
const MAP = 'time=#1:iso@Etc/GMT+5,open=#2,high=#3,low=#4,close=#5,volume=#6,interval=60';

/** What the columns are; null for other text. */
export function histDataBars(head: string): ColumnMap | null {
  if (!FIRST_ROW.test(/^[^\r\n]*/.exec(head)![0])) return null;
  const parsed = parseColumnMap(MAP);
  return parsed.ok ? parsed.map : null;
}
