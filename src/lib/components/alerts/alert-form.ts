import type {
  AlertCondition,
  AlertDraft,
  AlertField,
  AlertKind,
  Crossing,
  Move,
  SpreadUnit,
} from '../../../protocol/alert.ts';
import { parseDecimal } from '../../../protocol/decimal.ts';
import { stepsToText } from '../../../protocol/instrument.ts';
import { plainNumber, typedNumber } from '../../format/typed-number.ts';
import type { DictionaryEntry } from '#protocol';

/** What the editor's fields hold: text as it is typed, numbers as the page writes them. */
export interface AlertForm {
  selectors: string;
  kind: AlertKind;
  field: AlertField;
  crossing: Crossing;
  level: string;
  move: Move;
  percent: string;
  windowS: number;
  times: string;
  recentS: number;
  /** Length of the base, in times of what is compared with it. */
  baseTimes: number;
  unit: SpreadUnit;
  atLeast: string;
  seconds: number;
  repeat: boolean;
  rearmBy: string;
  minIntervalS: number;
  note: string;
  webhook: string;
}

const EMPTY: AlertForm = {
  selectors: '',
  kind: 'price',
  field: 'last',
  crossing: 'either',
  level: '',
  move: 'either',
  percent: '2',
  windowS: 300,
  times: '5',
  recentS: 60,
  baseTimes: 10,
  unit: 'bp',
  atLeast: '10',
  seconds: 60,
  repeat: false,
  rearmBy: '0',
  minIntervalS: 60,
  note: '',
  webhook: '',
};

/** A form for a new alert, of an instrument at its last price where there is one. */
export function newForm(entry: DictionaryEntry | null, lastTicks: number): AlertForm {
  if (entry === null) return { ...EMPTY };
  const level = levelText(entry, lastTicks);
  return { ...EMPTY, selectors: `${entry.venue}:${entry.symbol}`, level };
}

/** A price as it stands in the field; empty = none is known. */
export function levelText(entry: DictionaryEntry, ticks: number): string {
  return Number.isFinite(ticks) ? typedNumber(stepsToText(ticks, entry.tick)) : '';
}

export function formOf(draft: AlertDraft): AlertForm {
  const { selectors, condition, repeat, minIntervalS, note, webhook } = draft;
  const rearmBy = typedNumber(draft.rearmBy);
  const form = { ...EMPTY, selectors: selectors.join(', '), repeat, rearmBy, minIntervalS, note, webhook };
  const { kind } = condition;
  switch (kind) {
    case 'price':
      return {
        ...form,
        kind,
        field: condition.field,
        crossing: condition.direction,
        level: typedNumber(condition.level),
      };
    case 'change':
      return {
        ...form,
        kind,
        move: condition.direction,
        percent: typedNumber(condition.percent),
        windowS: condition.windowS,
      };
    case 'volume':
      return {
        ...form,
        kind,
        times: typedNumber(condition.times),
        recentS: condition.recentS,
        baseTimes: condition.baseS / condition.recentS,
      };
    case 'spread':
      return { ...form, kind, unit: condition.unit, atLeast: typedNumber(condition.atLeast) };
    case 'stale':
      return { ...form, kind, seconds: condition.seconds };
  }
}

export function conditionOf(form: AlertForm): AlertCondition {
  switch (form.kind) {
    case 'price':
      return { kind: 'price', field: form.field, direction: form.crossing, level: plainNumber(form.level) };
    case 'change':
      return {
        kind: 'change',
        direction: form.move,
        percent: plainNumber(form.percent),
        windowS: form.windowS,
      };
    case 'volume':
      return {
        kind: 'volume',
        times: plainNumber(form.times),
        recentS: form.recentS,
        baseS: Math.round(form.recentS * form.baseTimes),
      };
    case 'spread':
      return { kind: 'spread', unit: form.unit, atLeast: plainNumber(form.atLeast) };
    case 'stale':
      return { kind: 'stale', seconds: form.seconds };
  }
}

/** What is sent, or the sentence that says what is missing. */
export function draftOf(
  form: AlertForm,
): { ok: true; draft: Omit<AlertDraft, 'enabled'> } | { ok: false; message: string } {
  const selectors = form.selectors
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (selectors.length === 0) return { ok: false, message: 'Choose a symbol.' };
  const condition = conditionOf(form);
  const number = numberOf(condition);
  if (number !== null && parseDecimal(number) === null)
    return { ok: false, message: number === '' ? 'A number is missing.' : `“${number}” is no number.` };
  const rearmBy = plainNumber(form.rearmBy) || '0';
  if (parseDecimal(rearmBy) === null) return { ok: false, message: `“${rearmBy}” is no number.` };
  const { repeat, minIntervalS, note, webhook } = form;
  return {
    ok: true,
    draft: { selectors, condition, repeat, rearmBy, minIntervalS, note: note.trim(), webhook },
  };
}

function numberOf(condition: AlertCondition): string | null {
  switch (condition.kind) {
    case 'price':
      return condition.level;
    case 'change':
      return condition.percent;
    case 'volume':
      return condition.times;
    case 'spread':
      return condition.atLeast;
    case 'stale':
      return null;
  }
}

/** The alert of `!64200`, of Alt-click and of a level elsewhere: fires when the price gets there from where it is. */
export function levelDraft(
  entry: DictionaryEntry,
  level: string,
  lastTicks: number,
  levelTicks: number,
): Partial<AlertDraft> {
  const direction =
    !Number.isFinite(lastTicks) || lastTicks === levelTicks
      ? 'either'
      : lastTicks < levelTicks
        ? 'above'
        : 'below';
  return {
    selectors: [`${entry.venue}:${entry.symbol}`],
    condition: { kind: 'price', field: 'last', direction, level },
  };
}
