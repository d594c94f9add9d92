import type { AlertRule, DictionaryEntry } from '#protocol';
import { alertState } from '../../../protocol/alert.ts';
import { stepsAround } from '../../../protocol/alert-level.ts';
import { instrumentKey } from '../../../protocol/instrument.ts';

/** Levels of the alerts on an instrument that can still fire, in ticks. */
export function alertLevels(rules: readonly AlertRule[], entry: DictionaryEntry): number[] {
  const key = instrumentKey(entry);
  return rules.flatMap((rule) => {
    const { condition, selectors } = rule;
    if (condition.kind !== 'price' || !['armed', 'waiting', 'rearming'].includes(alertState(rule))) return [];
    if (!selectors.includes(key) && !selectors.includes(entry.symbol)) return [];
    const at = stepsAround(condition.level, entry.tick);
    return at === null ? [] : [(at.floor + at.ceil) / 2];
  });
}
