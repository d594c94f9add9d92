import { z } from 'zod';
import { unixUs, type UnixUs } from '#protocol';
import { SelectorSet } from '../engine/selector.ts';
import { ZoneTime } from '../formats/zone-time.ts';
import { parseDuration } from '../tape/rolling/retention.ts';
import { isRecordingName } from './recording-name.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** In the order of `getUTCDay`. */
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

const duration = z.string().transform(parseDuration).pipe(z.number().min(1_000).max(DAY_MS));

/** What is recorded day by day, as the configuration file has it. */
export const scheduleSchema = z
  .array(
    z.strictObject({
      name: z.string().max(60).refine(isRecordingName),
      /** Time of day in the zone, `14:25`. */
      at: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/),
      days: z.array(z.enum(DAYS)).min(1).optional(),
      /** IANA name; absent = the machine's own. */
      zone: z.string().refine(isZone).optional(),
      for: duration,
      /** As in `subscribe`: what can never begin is told at the start, and not when its time has come. */
      selectors: z
        .array(z.string())
        .refine((selectors) => SelectorSet.parse(selectors) !== null)
        .optional(),
    }),
  )
  .max(100);

export type ScheduledRecording = z.infer<typeof scheduleSchema>[number];

/** One time at which something is to be recorded. */
export interface RecordingWindow {
  readonly fromUs: UnixUs;
  readonly toUs: UnixUs;
  /** Of the recording: with the date, so that each day has its own. */
  readonly name: string;
}

/** The window that lasts now, or the next one. */
export function nextWindow(scheduled: ScheduledRecording, nowUs: number): RecordingWindow {
  const { name, at, days, zone, for: lengthMs } = scheduled;
  const time = new ZoneTime(zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const timeMs = (Number(at.slice(0, 2)) * 60 + Number(at.slice(3))) * MINUTE_MS;
  const nowMs = nowUs / 1_000;
  // A window of the day before yesterday, on the other side of the date line, may still last.
  for (let dayMs = Math.floor(nowMs / DAY_MS) * DAY_MS - 2 * DAY_MS; ; dayMs += DAY_MS) {
    const day = new Date(dayMs);
    if (days !== undefined && !days.includes(DAYS[day.getUTCDay()]!)) continue;
    const fromMs = dayMs + timeMs - time.offsetMs(dayMs, timeMs);
    if (fromMs + lengthMs <= nowMs) continue;
    const date = day.toISOString().slice(0, 10);
    return {
      fromUs: unixUs(fromMs * 1_000),
      toUs: unixUs((fromMs + lengthMs) * 1_000),
      name: `${name} ${date} ${at.replace(':', '.')}`,
    };
  }
}
