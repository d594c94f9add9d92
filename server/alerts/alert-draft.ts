import { z } from 'zod';
import {
  ALERT_FIELDS,
  ALERT_LIMITS,
  CROSSINGS,
  LIMITS,
  MOVES,
  SPREAD_UNITS,
  parseDecimal,
  type AlertDraft,
} from '#protocol';
import { SelectorSet } from '../engine/selector.ts';
import { AlertsError } from './alerts-error.ts';

const L = ALERT_LIMITS;

const decimal = z
  .string()
  .max(L.decimalCharsMax)
  .regex(/^-?\d+(?:\.\d+)?$/)
  .refine((text) => parseDecimal(text) !== null);
/** Exact arithmetic with whole prices has room for so many digits. */
const factor = decimal.refine((text) => {
  const value = parseDecimal(text);
  return value !== null && value.mantissa > 0 && value.decimals <= 6 && value.mantissa <= 1e12;
});
const distance = decimal.refine((text) => !text.startsWith('-'));
const seconds = (min: number, max: number) => z.int().min(min).max(max);

const condition = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('price'),
    field: z.enum(ALERT_FIELDS),
    direction: z.enum(CROSSINGS),
    level: decimal,
  }),
  z.strictObject({
    kind: z.literal('change'),
    direction: z.enum(MOVES),
    percent: factor,
    windowS: seconds(L.windowSMin, L.windowSMax),
  }),
  z
    .strictObject({
      kind: z.literal('volume'),
      times: factor,
      recentS: seconds(L.recentSMin, L.recentSMax),
      baseS: z.int(),
    })
    .refine(({ recentS, baseS }) => baseS >= recentS * L.baseRatioMin && baseS <= recentS * L.baseRatioMax),
  z.strictObject({ kind: z.literal('spread'), unit: z.enum(SPREAD_UNITS), atLeast: factor }),
  z.strictObject({ kind: z.literal('stale'), seconds: seconds(L.staleSMin, L.staleSMax) }),
]);

const selector = z.string().min(1).max(LIMITS.selectorCharsMax);

const schema = z.strictObject({
  selectors: z.array(selector).min(1).max(L.selectorsMax),
  condition,
  repeat: z.boolean().default(false),
  rearmBy: distance.default('0'),
  minIntervalS: seconds(L.minIntervalSMin, L.minIntervalSMax).default(60),
  note: z.string().max(L.noteCharsMax).default(''),
  webhook: z.string().max(2_000).default(''),
  enabled: z.boolean().default(true),
});

const patch = schema.partial();

/** What is wrong with a part of a rule, in a sentence. */
const SENTENCES: Readonly<Record<string, string>> = {
  selectors: `Name 1 to ${L.selectorsMax} instruments as 'BTC-USD', 'coinbase:BTC-USD', 'BTC-*' or 'venue:coinbase'.`,
  'condition.field': 'A price is last, bid or ask.',
  'condition.direction': 'A price goes above, below or either; a change up, down or either.',
  'condition.level': 'A level is decimal text such as "64200.5".',
  'condition.percent': 'A change is a percentage above 0 as decimal text such as "2.5".',
  'condition.windowS': `A window is ${L.windowSMin} to ${L.windowSMax} whole seconds.`,
  'condition.times': 'A factor is decimal text above 0 such as "3".',
  'condition.recentS': `Volume is measured over ${L.recentSMin} to ${L.recentSMax} whole seconds.`,
  'condition.atLeast': 'A spread is decimal text above 0 such as "5".',
  'condition.unit': 'A spread is told in ticks or in bp.',
  'condition.seconds': `Silence is ${L.staleSMin} to ${L.staleSMax} whole seconds.`,
  condition: `A condition is of kind price, change, volume, spread or stale; volume is compared with ${L.baseRatioMin} to ${L.baseRatioMax} times as long a time.`,
  rearmBy: 'The distance to re-arm is decimal text, 0 or more.',
  minIntervalS: `The shortest interval is ${L.minIntervalSMin} to ${L.minIntervalSMax} whole seconds.`,
  note: `A note has ${L.noteCharsMax} characters at most.`,
};

/** Fills in what may be left out. @throws AlertsError */
export function readDraft(body: unknown): AlertDraft {
  return checked(schema.safeParse(body));
}

/** A rule with some of its parts replaced. @throws AlertsError */
export function patchDraft(draft: AlertDraft, body: unknown): AlertDraft {
  const read = patch.safeParse(body);
  // Only what was sent: defaults would put back what is not meant.
  const sent = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  if (!read.success) return checked(read);
  const changed = Object.fromEntries(Object.entries(read.data).filter(([key]) => sent.includes(key)));
  return checked(schema.safeParse({ ...draft, ...changed }));
}

function checked(read: { success: true; data: unknown } | { success: false; error: z.ZodError }): AlertDraft {
  if (!read.success) {
    const path = (read.error.issues[0]?.path ?? []).filter((part) => typeof part === 'string');
    const sentence = SENTENCES[path.join('.')] ?? SENTENCES[String(path[0])];
    throw new AlertsError(
      'bad-rule',
      sentence ??
        'A rule is { selectors, condition } with repeat, rearmBy, minIntervalS, note, webhook and enabled where wanted.',
    );
  }
  const draft = read.data as AlertDraft;
  if (SelectorSet.parse(draft.selectors) === null) throw new AlertsError('bad-rule', SENTENCES['selectors']!);
  return draft;
}
