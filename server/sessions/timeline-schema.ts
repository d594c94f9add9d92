import { z } from 'zod';
import { BAR_INTERVALS, LIMITS } from '#protocol';

const type = z.literal('timeline');
const timeUs = z.int().min(0);
const speed = z.number().min(LIMITS.replaySpeedMin).max(LIMITS.replaySpeedMax);
const name = z.string().min(1).max(128);
const steps = z.int().min(-1_000_000).max(1_000_000);

const step = z
  .strictObject({
    type,
    op: z.literal('step'),
    events: steps.optional(),
    durationUs: z.int().optional(),
    bars: z.strictObject({ count: steps, interval: z.enum(BAR_INTERVALS) }).optional(),
  })
  .refine(
    ({ events, durationUs, bars }) =>
      [events, durationUs, bars].filter((one) => one !== undefined).length <= 1,
    'one of events, durationUs and bars',
  );

const loop = z
  .strictObject({
    type,
    op: z.literal('loop'),
    fromTimeUs: timeUs.optional(),
    toTimeUs: timeUs.optional(),
  })
  .refine(
    ({ fromTimeUs, toTimeUs }) =>
      (fromTimeUs === undefined && toTimeUs === undefined) || fromTimeUs! < toTimeUs!,
    'both ends, the first before the second, or none',
  );

/** Every command of `timeline`. */
export const timelineCommand = z.discriminatedUnion('op', [
  z.strictObject({ type, op: z.enum(['play', 'pause']) }),
  z.strictObject({ type, op: z.literal('seek'), timeUs }),
  z.strictObject({ type, op: z.literal('speed'), speed }),
  step,
  loop,
  z.strictObject({ type, op: z.literal('idle'), skipIdleUs: z.int().min(1) }),
  z.strictObject({
    type,
    op: z.literal('open'),
    recording: z.string().min(1).max(LIMITS.recordingCharsMax),
    timeUs: timeUs.optional(),
    speed: speed.optional(),
    paused: z.boolean().optional(),
    room: name.optional(),
  }),
  z.strictObject({ type, op: z.literal('leave') }),
]);
