/** A zone of the IANA database: `America/New_York`. */
export type IanaZone = `${string}/${string}`;

/** Offsets change on a quarter of an hour at the earliest; asking Intl takes some 2 us. */
const QUARTER_S = 900;
const OFFSETS_MAX = 4096;
const offsetsS = new Map<string, number>();
const formats = new Map<IanaZone, Intl.DateTimeFormat>();

/** Offset of a zone's clock from UTC at an instant, seconds, daylight saving included. */
export function zoneOffsetS(timeS: number, zone: IanaZone): number {
  const quarter = Math.floor(timeS / QUARTER_S);
  const key = `${zone} ${quarter}`;
  let offsetS = offsetsS.get(key);
  if (offsetS === undefined) {
    if (offsetsS.size >= OFFSETS_MAX) offsetsS.clear();
    offsetsS.set(key, (offsetS = askOffsetS(quarter * QUARTER_S, zone)));
  }
  return offsetS;
}

function askOffsetS(timeS: number, zone: IanaZone): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(zone, format);
  }
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(timeS * 1000)) part[type] = Number(value);
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!) / 1000 - timeS;
}
