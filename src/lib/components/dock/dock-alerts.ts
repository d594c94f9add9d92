import type { AlertFiring, AlertRule } from '#protocol';
import type { Happening } from '../happenings.svelte.ts';

export interface DockAlert {
  readonly id: string;
  readonly timeUs: number;
  readonly text: string;
  /** Direction by shape; the look repeats it in colour. */
  readonly mark: '▲' | '▼' | '◆' | '■';
  readonly look: 'up' | 'down' | 'flat';
  /** Key of the instrument; empty = it is about a feed. */
  readonly instrument: string;
  readonly isMuted: boolean;
  /** It fired in the replay that is watched. */
  readonly isReplay: boolean;
}

/** Rows at most: what is older stands on the page of the alerts. */
const ROWS_MAX = 100;

/** Firings and what became of feeds in one list, newest first. */
export function dockAlerts(
  history: readonly AlertFiring[],
  rules: readonly AlertRule[],
  happenings: readonly Happening[],
  replayed: readonly AlertFiring[] = [],
): DockAlert[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const row = (firing: AlertFiring, isReplay: boolean): DockAlert => {
    const way = direction(byId.get(firing.rule));
    return {
      id: `alert ${firing.seq}`,
      isReplay,
      timeUs: firing.timeUs,
      text: firing.message,
      mark: way === 'up' ? '▲' : way === 'down' ? '▼' : '◆',
      look: way,
      instrument: firing.instrument,
      isMuted: firing.muted,
    };
  };
  const fired = history.slice(0, ROWS_MAX).map((firing) => row(firing, false));
  const feeds = happenings
    .filter(({ kind }) => kind === 'feed')
    .map(({ number, atUs, text }) => ({
      id: `feed ${number}`,
      timeUs: atUs,
      text,
      mark: '■' as const,
      look: 'flat' as const,
      instrument: '',
      isMuted: false,
      isReplay: false,
    }));
  const live = [...fired, ...feeds].toSorted((one, other) => other.timeUs - one.timeUs);
  // Those of a replay have its times, which lie before all others: they stand first.
  return [...replayed.map((firing) => row(firing, true)), ...live].slice(0, ROWS_MAX);
}

function direction(rule: AlertRule | undefined): DockAlert['look'] {
  if (rule === undefined || !('direction' in rule.condition)) return 'flat';
  const way = rule.condition.direction;
  return way === 'above' || way === 'up' ? 'up' : way === 'below' || way === 'down' ? 'down' : 'flat';
}
