import { parseColumnMap, type ColumnMap } from './column-map.ts';

/**
 * Bars of a minute of HistData (https://www.histdata.com/f-a-q/data-files-detailed-specification, "Generic ASCII, M1"): no header,
 * UTC-5 without daylight saving, stamped at their start.
 *
 * 20120201 000000;1.306600;1.306600;1.306560;1.306560;0
 */
const FIRST_ROW = /^\uFEFF?\d{8} \d{4}00(?:;\d+(?:\.\d+)?){4};\d+\s*$/;
const MAP = 'time=#1:iso@Etc/GMT+5,open=#2,high=#3,low=#4,close=#5,volume=#6,interval=60';

/**
 * The same bars as they are made for other programs, in the same zone; only the name of the file says that they are HistData's: MetaTrader's
 * `2013.01.01,17:00,1.3195,1.3197,1.3194,1.3196,0` and MetaStock's header.
 */
const OF_OTHERS: readonly (readonly [name: RegExp, map: string])[] = [
  [
    /^DAT_MT_[A-Z]{6}_M1/,
    'time=#2:iso@Etc/GMT+5,date=#1,open=#3,high=#4,low=#5,close=#6,volume=#7,interval=60',
  ],
  [
    /^DAT_MS_[A-Z]{6}_M1/,
    'time=<TIME>:hhmmss@Etc/GMT+5,date=<DTYYYYMMDD>,symbol=<TICKER>,open=<OPEN>,high=<HIGH>,low=<LOW>,close=<CLOSE>,volume=<VOL>,interval=60',
  ],
];

/** What the columns are; null for other files. */
export function histDataBars(head: string, fileName: string): ColumnMap | null {
  const isAscii = FIRST_ROW.test(/^[^\r\n]*/.exec(head)![0]);
  const map = isAscii ? MAP : OF_OTHERS.find(([name]) => name.test(fileName))?.[1];
  const parsed = map === undefined ? null : parseColumnMap(map);
  return parsed?.ok === true ? parsed.map : null;
}
