import type { ByteStream } from './file-streams.ts';
import { LeanQuoteBars, LeanTradeBars } from './lean-bars.ts';
import { leanName, type LeanName } from './lean-name.ts';
import { LeanQuotes, LeanTrades } from './lean-ticks.ts';
import { RecordingError } from './recording-error.ts';
import type { RecordingFormat } from './recording-format.ts';

/**
 * Data files of QuantConnect Lean (https://github.com/QuantConnect/Lean/tree/master/Data): CSV without a header in a zip, where the
 * name of the member says symbol, day, resolution and kind. Times are milliseconds since midnight, of hours and days
 * `20131008 09:00`, in the zone of the data; prices of shares and options are multiplied by 10,000; a price of 0 in a quote stands
 * for "this side is not in the message".
 *
 * 14400640,1800100,200,0,0,P,1,0
 */
const PRICE_BARS = ['time', 'open', 'high', 'low', 'close', 'volume'];
const QUOTE_BARS = [
  'time',
  ...['bid open', 'bid high', 'bid low', 'bid close', 'last bid size'],
  ...['ask open', 'ask high', 'ask low', 'ask close', 'last ask size'],
];
/** By kind, and in each kind by the number of columns: it differs between classes of assets. */
const COLUMNS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'trade ticks': [
    ['time', 'price', 'size'],
    ['time', 'price', 'size', 'suspicious'],
    ['time', 'price', 'size', 'exchange', 'condition', 'suspicious'],
  ],
  'quote ticks': [
    ['time', 'bid', 'ask'],
    ['time', 'bid', 'bid size', 'ask', 'ask size'],
    ['time', 'bid', 'bid size', 'ask', 'ask size', 'suspicious'],
    ['time', 'bid', 'bid size', 'ask', 'ask size', 'exchange', 'suspicious'],
    ['time', 'bid', 'bid size', 'ask', 'ask size', 'exchange', 'condition', 'suspicious'],
  ],
  'trade bars': [PRICE_BARS],
  'quote bars': [QUOTE_BARS],
};

const DATED = /^\d{8} \d\d:\d\d$/;
const SINCE_MIDNIGHT = /^\d{1,8}(?:\.\d+)?$/;

/** The layout of a Lean file, or null when names or first row say that it is none. @throws RecordingError */
export function leanFormat(
  { name: member, path, label }: ByteStream,
  firstRow: readonly string[],
): { format: RecordingFormat; columns: readonly string[] } | null {
  const time = firstRow[0]!;
  const hasDates = DATED.test(time);
  if (!hasDates && !SINCE_MIDNIGHT.test(time)) return null;
  const name = leanName(member, path, hasDates);
  if (name === null) return null;
  if (name.ticks === 'openinterest')
    throw new RecordingError(
      'unknown-format',
      label,
      ' is open interest of QuantConnect Lean: expected its trades or quotes.',
    );
  // Files of hours and days of currencies do not say in their names that they hold quotes.
  const ticks = hasDates && firstRow.length === QUOTE_BARS.length ? 'quote' : name.ticks;
  const kind = `${ticks} ${name.barSeconds === 0 ? 'ticks' : 'bars'}`;
  const layouts = COLUMNS[kind]!;
  const columns = layouts.find(({ length }) => length === firstRow.length);
  if (columns !== undefined) return { format: formatOf(kind, name), columns };
  if (hasDates) return null;
  const counts = layouts.map(({ length }) => length).join(' or ');
  throw new RecordingError(
    'bad-row',
    label,
    `, row 1: found ${firstRow.length === 1 ? '1 cell' : `${firstRow.length} cells`}, expected ${counts} of QuantConnect Lean's ${kind}.`,
    { row: 1 },
  );
}

function formatOf(kind: string, name: LeanName): RecordingFormat {
  const base = { name: `lean-${kind.replace(' ', '-')}`, title: `QuantConnect Lean ${kind}`, required: [] };
  switch (kind) {
    case 'trade ticks':
      return {
        ...base,
        events: 'trade',
        subject: 'trades',
        layout: (target, cells) => new LeanTrades(target, cells, name),
      };
    case 'quote ticks':
      return {
        ...base,
        events: 'quote',
        subject: 'quotes',
        layout: (target, cells) => new LeanQuotes(target, cells, name),
      };
    case 'trade bars':
      return {
        ...base,
        events: 'bar',
        subject: 'bars',
        layout: (target, cells) => new LeanTradeBars(target, cells, name),
      };
    default:
      return {
        ...base,
        events: 'several',
        subject: 'quotes',
        layout: (target, cells) => new LeanQuoteBars(target, cells, name),
      };
  }
}
