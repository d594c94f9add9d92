import { conditionWords } from '../../../protocol/alert-words.ts';
import { stepsAround } from '../../../protocol/alert-level.ts';
import { alertState, type AlertCondition, type AlertRule, type AlertState } from '../../../protocol/alert.ts';
import type { DictionaryEntry } from '#protocol';
import { formatAge, formatPrice } from '../../format/index.ts';

/** A condition in words, its level as the instrument's prices are written. */
export function conditionText(condition: AlertCondition, entry: DictionaryEntry | null): string {
  if (condition.kind !== 'price' || entry === null) return capital(conditionWords(condition));
  const level = stepsAround(condition.level, entry.tick);
  const isExact = level !== null && level.floor === level.ceil;
  const text = isExact ? formatPrice(level.floor, entry) : condition.level;
  return capital(conditionWords({ ...condition, level: text }));
}

const STATE_WORDS: Readonly<Record<AlertState, string>> = {
  off: 'Off',
  waiting: 'Waiting',
  armed: 'Armed',
  rearming: 'Re-arming',
  fired: 'Fired',
};

export function stateWord(rule: Pick<AlertRule, 'enabled' | 'phases'>): string {
  return STATE_WORDS[alertState(rule)];
}

/** What the state means for this rule, one sentence. */
export function stateSentence(rule: AlertRule): string {
  const { phases, leftOut } = rule;
  const count = phases.new + phases.armed + phases.rearming + phases.fired;
  const more = leftOut > 0 ? ` ${leftOut} more match and are not watched.` : '';
  switch (alertState(rule)) {
    case 'off':
      return 'Switched off: nothing is watched.';
    case 'armed':
      return count === 1
        ? `Fires when the condition is met.${more}`
        : `${phases.armed} of ${count} symbols are armed.${more}`;
    case 'rearming':
      return `Fired, and waits for the value to come back.${more}`;
    case 'fired':
      return `Fired once, and is done.${more}`;
    case 'waiting':
      return count === 0
        ? `No symbol of this name is known yet.${more}`
        : `${rule.condition.kind === 'price' ? 'Waits for a price on the other side of the level.' : 'Waits until it has seen enough.'}${more}`;
  }
}

/** `muted 59 min`; empty when it is not muted. */
export function mutedWords(mutedUntilUs: number, nowUs: number): string {
  return mutedUntilUs > nowUs ? `muted ${formatAge((mutedUntilUs - nowUs) / 1000)}` : '';
}

/** Midnight that comes next where the viewer is, us. */
export function tomorrowUs(now: Date): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() * 1000;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
