import { z } from 'zod';
import {
  BAR_INTERVALS,
  LIMITS,
  isChannel,
  type Channel,
  type ClientMessage,
  type ErrorName,
} from '#protocol';
import { timelineCommand } from './timeline-schema.ts';

const uint32 = z.int().min(0).max(0xff_ff_ff_ff);
const subscription = uint32;
const timeUs = z.int().min(0);
const rateHz = z.number().min(LIMITS.rateHzMin).max(LIMITS.rateHzMax);
const name = z.string().max(128);
const token = z.string().max(LIMITS.tokenCharsMax);
const channel = z.custom<Channel>((value) => typeof value === 'string' && isChannel(value));
const interval = z.enum(BAR_INTERVALS);
const rows = z.int().min(1).max(LIMITS.historyRowsMax);

const BELOW_MIN = `0, or at least ${LIMITS.bitsPerSecondMin}`;

function isBandwidth(bitsPerSecond: number): boolean {
  return bitsPerSecond === 0 || bitsPerSecond >= LIMITS.bitsPerSecondMin;
}

function tunesOneThing(tune: {
  subscription?: number | undefined;
  maxRateHz?: number | undefined;
  maxBitsPerSecond?: number | undefined;
}): boolean {
  if (tune.subscription !== undefined)
    return tune.maxRateHz !== undefined && tune.maxBitsPerSecond === undefined;
  return tune.maxRateHz !== undefined || tune.maxBitsPerSecond !== undefined;
}

/** One schema a message type. Unknown keys are refused: a misspelt option must not look as if it worked. */
const SCHEMAS = {
  hello: z.strictObject({
    type: z.literal('hello'),
    version: uint32,
    client: name,
    token: token.optional(),
    resume: z.strictObject({ epoch: name, asOf: uint32 }).optional(),
  }),
  subscribe: z.strictObject({
    type: z.literal('subscribe'),
    subscription,
    channel,
    selectors: z.array(z.string()).min(1).max(LIMITS.selectorsMax),
    maxRateHz: rateHz.optional(),
    resume: z.boolean().optional(),
  }),
  unsubscribe: z.strictObject({ type: z.literal('unsubscribe'), subscription }),
  tune: z
    .strictObject({
      type: z.literal('tune'),
      subscription: subscription.optional(),
      maxRateHz: rateHz.optional(),
      maxBitsPerSecond: z.int().min(0).max(LIMITS.bitsPerSecondMax).refine(isBandwidth, BELOW_MIN).optional(),
    })
    .refine(tunesOneThing, 'of a subscription the rate, of the connection the rate or the bandwidth'),
  ack: z.strictObject({ type: z.literal('ack'), asOf: uint32, lagMs: z.number() }),
  dictionary: z.strictObject({ type: z.literal('dictionary') }),
  timeline: timelineCommand,
  history: z.discriminatedUnion('kind', [
    z.strictObject({
      type: z.literal('history'),
      request: uint32,
      kind: z.literal('bars'),
      instrument: uint32,
      interval,
      beforeTimeUs: timeUs.optional(),
      count: rows,
      step: z.int().min(1).max(LIMITS.historyStepMax).optional(),
    }),
    z.strictObject({
      type: z.literal('history'),
      request: uint32,
      kind: z.literal('trades'),
      instrument: uint32,
      count: rows,
    }),
    z.strictObject({
      type: z.literal('history'),
      request: uint32,
      kind: z.literal('closes'),
      instruments: z.array(uint32).min(1).max(LIMITS.historyInstrumentsMax),
      interval,
      count: rows,
    }),
  ]),
  token: z.strictObject({ type: z.literal('token'), token }),
  ping: z.strictObject({ type: z.literal('ping'), nonce: uint32 }),
} as const;

/** A message that can be acted on, or why it cannot. */
export type CheckedMessage =
  | { ok: true; message: ClientMessage }
  | {
      ok: false;
      error: ErrorName;
      type: string | undefined;
      detail: string;
      subscription?: number;
      request?: number;
    };

/** Checks a decoded value against the schema that its type names. */
export function checkClientMessage(value: unknown): CheckedMessage {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, error: 'malformedMessage', type: undefined, detail: 'a message is a map' };
  }
  const record = value as Record<string, unknown>;
  const type = typeof record['type'] === 'string' ? record['type'] : undefined;
  if (type === undefined || !Object.hasOwn(SCHEMAS, type)) {
    return {
      ok: false,
      error: 'unknownType',
      type,
      detail: type === undefined ? 'a message has a type' : `type ${type.slice(0, 40)}`,
    };
  }
  const checked = SCHEMAS[type as keyof typeof SCHEMAS].safeParse(value);
  if (checked.success) return { ok: true, message: checked.data as ClientMessage };
  const issue = checked.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  return {
    ok: false,
    error: errorOf(path, issue?.code),
    type,
    detail: path === '' ? (issue?.message ?? '') : `${path}: ${issue?.message ?? ''}`,
    ...numberOf(record, 'subscription'),
    ...numberOf(record, 'request'),
  };
}

function errorOf(path: string, code: string | undefined): ErrorName {
  if (path === 'channel') return 'unknownChannel';
  if (path.startsWith('selectors')) return 'badSelector';
  if (path === 'maxBitsPerSecond' && code === 'custom') return 'badRange';
  return code === 'too_big' || code === 'too_small' ? 'badRange' : 'malformedMessage';
}

function numberOf<Key extends 'subscription' | 'request'>(
  record: Record<string, unknown>,
  key: Key,
): { [K in Key]?: number } {
  return typeof record[key] === 'number' ? ({ [key]: record[key] } as { [K in Key]?: number }) : {};
}
