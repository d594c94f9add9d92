import { FIELD_ROLES, isFieldRole, type FieldRole } from './field-roles.ts';

/** What a time column counts, or `iso` for dates and times as people write them. */
export const TIME_UNITS = [
  's',
  'ms',
  'us',
  'ns',
  'iso',
  'midnight',
  'midnight-s',
  'midnight-us',
  'midnight-ns',
  'hhmm',
  'hhmmss',
  'mdy',
  'dmy',
] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

/** Where one role's values come from, as a person says it. */
export interface ColumnSource {
  /** A name of the header, `#3` for the third column, or the value itself where no column is named so. */
  readonly source: string;
  readonly unit?: TimeUnit;
  /** IANA name of the zone of times without an offset, and of midnight. */
  readonly zone?: string;
}

export type ColumnMap = ReadonlyMap<FieldRole, ColumnSource>;

export type ParsedColumnMap = { ok: true; map: ColumnMap } | { ok: false; message: string };

const TIME_ROLES: readonly FieldRole[] = ['time', 'received', 'end'];

/** Reads `price=px,time=ts:ms@America/New_York,symbol=BTCUSDT`. The message is one sentence. */
export function parseColumnMap(text: string): ParsedColumnMap {
  const map = new Map<FieldRole, ColumnSource>();
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const role = part.slice(0, at).trim();
    const value = part.slice(at + 1).trim();
    if (at === -1 || value === '' || !isFieldRole(role))
      return refused(
        `found ${JSON.stringify(part)}, expected role=column, the roles being ${FIELD_ROLES.join(', ')}`,
      );
    if (map.has(role)) return refused(`found ${role} twice, expected each role once`);
    const source = TIME_ROLES.includes(role) ? timeSource(value) : { source: value };
    if (source === null)
      return refused(
        `found ${JSON.stringify(value)}, expected a column, a unit (${TIME_UNITS.join(', ')}) and a zone, as in time=ts:ms or time=Date:iso@Europe/Berlin`,
      );
    map.set(role, source);
  }
  return { ok: true, map };
}

function refused(sentence: string): ParsedColumnMap {
  return { ok: false, message: `--map: ${sentence}.` };
}

function timeSource(value: string): ColumnSource | null {
  const [, source, unit, zone] = /^(.+?)(?::([a-z-]+))?(?:@([\w+/-]+))?$/.exec(value) ?? [];
  if (source === undefined) return null;
  if (unit !== undefined && !isTimeUnit(unit)) return null;
  if (zone !== undefined && !isZone(zone)) return null;
  return { source, ...(unit === undefined ? {} : { unit }), ...(zone === undefined ? {} : { zone }) };
}

function isTimeUnit(text: string): text is TimeUnit {
  return (TIME_UNITS as readonly string[]).includes(text);
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The same in writing, to be shown and given back. */
export function columnMapText(map: ColumnMap): string {
  return [...map]
    .map(([role, { source, unit, zone }]) => {
      const units = unit === undefined ? '' : `:${unit}`;
      return `${role}=${source}${units}${zone === undefined ? '' : `@${zone}`}`;
    })
    .join(',');
}
