import type { BrokenRows, ImportReport } from '../../client/recordings-api.ts';
import { formatAge, formatCount } from '../../format/index.ts';

/** What was odd in a file, as a person says it. */
const ANOMALIES: Readonly<
  Record<string, { readonly one: string; readonly many: string; readonly about: string }>
> = {
  out_of_order: {
    one: 'row out of order',
    many: 'rows out of order',
    about: 'Received before the row in front of it; played in order of time.',
  },
  newest_first: {
    one: 'row, the newest first',
    many: 'rows, the newest first',
    about: 'The file goes back in time; played from its last row on.',
  },
  grouped: {
    one: 'row, one instrument behind the other',
    many: 'rows, one instrument behind the other',
    about: 'Time goes back where the next instrument begins; played by time.',
  },
  venue_time_back: {
    one: 'venue time that goes back',
    many: 'venue times that go back',
    about: 'The venue’s clock went back for an instrument.',
  },
  holes: { one: 'gap', many: 'gaps', about: 'More than 60 s, or a bar’s length, without a row.' },
  duplicate_ids: {
    one: 'repeated trade id',
    many: 'repeated trade ids',
    about: 'Kept: some venues number anew.',
  },
  backward_ids: {
    one: 'trade id that goes back',
    many: 'trade ids that go back',
    about: 'A number below the highest before it.',
  },
  id_gaps: { one: 'trade id missing', many: 'trade ids missing', about: 'Numbers that were skipped.' },
  zero_qty: { one: 'size of zero', many: 'sizes of zero', about: 'Trades or levels without a size.' },
  crossed: { one: 'crossed quote', many: 'crossed quotes', about: 'Best bid above best ask.' },
  locked: { one: 'locked quote', many: 'locked quotes', about: 'Best bid equal to best ask.' },
  one_sided: { one: 'one-sided quote', many: 'one-sided quotes', about: 'Bid or ask missing.' },
  suspicious: {
    one: 'row marked suspicious',
    many: 'rows marked suspicious',
    about: 'By whoever recorded them.',
  },
  same_exchange_ms: {
    one: 'row in the same venue millisecond',
    many: 'rows in the same venue millisecond',
    about: 'As the row before.',
  },
  same_local_us: {
    one: 'row received at the same microsecond',
    many: 'rows received at the same microsecond',
    about: 'As the row before.',
  },
  negative_latency_rows: {
    one: 'row received before it happened',
    many: 'rows received before they happened',
    about: 'The clocks of venue and recorder differ.',
  },
};

/** Extremes that belong to a count. */
const EXTREMES: Readonly<Record<string, (value: number) => string>> = {
  max_gap_s: (seconds) => `longest gap ${formatAge(seconds * 1_000)}`,
  latency_us_min: (us) => `shortest delay ${delayText(us)}`,
  latency_us_max: (us) => `longest delay ${delayText(us)}`,
};

/** What can be lived with: told last. */
const HARMLESS: ReadonlySet<string> = new Set(['same_exchange_ms', 'same_local_us']);

export interface AnomalyLine {
  readonly text: string;
  readonly about: string;
}

/** What was odd, the telling first; empty = nothing was. */
export function anomalyLines(anomalies: Readonly<Record<string, number>>): AnomalyLine[] {
  const counts = Object.entries(anomalies).filter(([name, value]) => value > 0 && !(name in EXTREMES));
  counts.sort(([one], [other]) => Number(HARMLESS.has(one)) - Number(HARMLESS.has(other)));
  const lines = counts.map(([name, value]) => {
    const words = ANOMALIES[name];
    return {
      text: `${formatCount(value)} ${(value === 1 ? words?.one : words?.many) ?? name.replaceAll('_', ' ')}`,
      about: words?.about ?? '',
    };
  });
  const extremes = Object.entries(anomalies).flatMap(([name, value]) => {
    const say = EXTREMES[name];
    return say === undefined || value === 0 ? [] : [say(value)];
  });
  return extremes.length === 0 ? lines : [...lines, { text: capital(extremes.join(', ')), about: '' }];
}

/** `391,204 trades, 12 quotes`. */
export function eventsText(events: Readonly<Record<string, number>>): string {
  const kinds = Object.entries(events)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${formatCount(count)} ${kind.replaceAll('_', ' ')}`);
  return kinds.length === 0 ? 'no event' : kinds.join(', ');
}

export function eventCount({ events }: Pick<ImportReport, 'events'>): number {
  return Object.values(events).reduce((sum, count) => sum + count, 0);
}

/** `3 rows were left out.` */
export function refusedText({ rows }: BrokenRows): string {
  if (rows === 0) return 'No row was left out.';
  return `${formatCount(rows)} ${rows === 1 ? 'row was' : 'rows were'} left out.`;
}

function delayText(us: number): string {
  const text = formatAge(Math.abs(us) / 1_000);
  return us < 0 ? `\u2212${text}` : text;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
