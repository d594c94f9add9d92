/** What the two ends say to each other about alerts. Decimals travel as text: `"64200.5"` is exact, a float is not. */

export const ALERT_FIELDS = ['last', 'bid', 'ask'] as const;
export type AlertField = (typeof ALERT_FIELDS)[number];
export const CROSSINGS = ['above', 'below', 'either'] as const;
export type Crossing = (typeof CROSSINGS)[number];
export const MOVES = ['up', 'down', 'either'] as const;
export type Move = (typeof MOVES)[number];
export const SPREAD_UNITS = ['ticks', 'bp'] as const;
export type SpreadUnit = (typeof SPREAD_UNITS)[number];

export type AlertCondition =
  /** The price was on one side of the level and is at it, or on the other side, now. */
  | { kind: 'price'; field: AlertField; direction: Crossing; level: string }
  /** The last price is so far from the lowest (up) or highest (down) of the window. */
  | { kind: 'change'; direction: Move; percent: string; windowS: number }
  /** Volume a second over `recentS` is at least so many times that of the `baseS` before. */
  | { kind: 'volume'; times: string; recentS: number; baseS: number }
  /** Ask minus bid, in ticks or in hundredths of a percent of their middle, is at least this. */
  | { kind: 'spread'; unit: SpreadUnit; atLeast: string }
  /** Nothing came for this long. */
  | { kind: 'stale'; seconds: number };
export type AlertKind = AlertCondition['kind'];

/** Bounds of rules, times in seconds. */
export const ALERT_LIMITS = {
  rulesMax: 500,
  selectorsMax: 64,
  noteCharsMax: 500,
  decimalCharsMax: 32,
  windowSMin: 5,
  windowSMax: 86_400,
  recentSMin: 1,
  recentSMax: 3_600,
  /** The base is this many times as long as what is compared with it. */
  baseRatioMin: 2,
  baseRatioMax: 100,
  staleSMin: 1,
  staleSMax: 86_400,
  minIntervalSMin: 1,
  minIntervalSMax: 604_800,
  /** Rules times the instruments that they match. */
  watchesMax: 50_000,
  historyPageMax: 200,
} as const;

/** What a person decides of a rule. */
export interface AlertDraft {
  /** `SIM:BTC-USD`, `BTC-*`, `venue:coinbase`: each matching instrument is watched for itself. */
  readonly selectors: readonly string[];
  readonly condition: AlertCondition;
  /** False: each instrument fires once. */
  readonly repeat: boolean;
  /** How far the value goes back before a repeating rule can fire again: decimal, in the unit of the condition. */
  readonly rearmBy: string;
  /** Shortest time between two firings of one instrument, s. */
  readonly minIntervalS: number;
  readonly note: string;
  /** Name or address of a webhook that the operator allows; empty = none. */
  readonly webhook: string;
  readonly enabled: boolean;
}

/**
 * Where one instrument of a rule stands: `new` = nothing was seen that it could be armed by, `armed`, `rearming` = fired, and waiting to
 * come back, `fired` = done for good.
 */
export type AlertPhase = 'new' | 'armed' | 'rearming' | 'fired';

export interface AlertRule extends AlertDraft {
  readonly id: number;
  readonly createdUs: number;
  /** No firing is told or sent before; 0 = not muted. */
  readonly mutedUntilUs: number;
  /** Instruments by phase. All 0 = none is known yet, or the rule is off. */
  readonly phases: Readonly<Record<AlertPhase, number>>;
  /** Instruments that match but are not watched, because the server watches as many as it may. */
  readonly leftOut: number;
  readonly firings: number;
  /** 0 = never. */
  readonly lastFiredUs: number;
}

export type DeliveryState = 'waiting' | 'done' | 'failed';

export interface AlertDelivery {
  readonly webhook: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Of the last attempt, one sentence; empty before the first. */
  readonly message: string;
}

export interface AlertFiring {
  /** 1, 2, 3, ... over all rules of one store. */
  readonly seq: number;
  readonly rule: number;
  /** When the server saw it, us since 1970. */
  readonly timeUs: number;
  /** `venue:symbol`. */
  readonly instrument: string;
  /** What was seen, decimal text in the unit of the condition. */
  readonly value: string;
  /** One sentence. */
  readonly message: string;
  readonly note: string;
  /** It was muted: kept, and neither told nor sent. */
  readonly muted: boolean;
  readonly delivery: AlertDelivery | null;
}

/** Everything but the history, as `/api/alerts` and a fresh stream tell it. */
export interface AlertOverview {
  /** False where alerts are off, or nothing is live. `message` says why. */
  readonly available: boolean;
  readonly message: string;
  readonly mayChange: boolean;
  /** Which database the numbers of firings belong to. */
  readonly store: string;
  /** Number of the newest firing; 0 = none. */
  readonly lastSeq: number;
  /** All rules are muted until then; 0 = not. */
  readonly mutedUntilUs: number;
  readonly rules: readonly AlertRule[];
  /** Webhooks that a rule may name, and origins below which it may name any address. */
  readonly webhooks: readonly string[];
  readonly webhookOrigins: readonly string[];
}

/** One event of the stream. Only firings carry an id, `store.seq`. */
export type AlertNews =
  | { readonly type: 'overview'; readonly overview: AlertOverview }
  | { readonly type: 'rule'; readonly rule: AlertRule }
  | { readonly type: 'removed'; readonly id: number }
  | { readonly type: 'muted'; readonly mutedUntilUs: number }
  | { readonly type: 'firing'; readonly firing: AlertFiring }
  | { readonly type: 'delivery'; readonly seq: number; readonly delivery: AlertDelivery }
  /** Firings before the first one that follows are no longer kept. */
  | { readonly type: 'missed'; readonly count: number };

/** One event of the stream of a replay: what the rules would have told then. Nothing of it is kept. */
export type ReplayAlertNews =
  | { readonly type: 'watching'; readonly rules: number }
  | ({ readonly type: 'firing' } & Pick<
      AlertFiring,
      'rule' | 'timeUs' | 'instrument' | 'value' | 'message' | 'note'
    >);

export type AlertState = 'off' | 'waiting' | 'armed' | 'rearming' | 'fired';

/** A rule in one word: what most of its instruments have still to do. */
export function alertState(rule: Pick<AlertRule, 'enabled' | 'phases'>): AlertState {
  const { armed, rearming, fired } = rule.phases;
  if (!rule.enabled) return 'off';
  if (armed > 0) return 'armed';
  if (rearming > 0) return 'rearming';
  return fired > 0 && rule.phases.new === 0 ? 'fired' : 'waiting';
}
