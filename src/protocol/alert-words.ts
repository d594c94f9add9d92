import type { AlertCondition } from './alert.ts';

const CROSSES = { above: 'rises to', below: 'falls to', either: 'crosses' } as const;
const MOVED = { up: 'rises', down: 'falls', either: 'moves' } as const;

/** 90 -> `90 s`, 300 -> `5 min`, 7200 -> `2 h`: exact, never rounded. */
export function secondsWords(seconds: number): string {
  if (seconds % 86_400 === 0 && seconds > 86_400) return `${seconds / 86_400} d`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** A condition in words, without its instrument: `last rises to 64200`. */
export function conditionWords(condition: AlertCondition): string {
  switch (condition.kind) {
    case 'price':
      return `${condition.field} ${CROSSES[condition.direction]} ${condition.level}`;
    case 'change':
      return `${MOVED[condition.direction]} ${condition.percent}% within ${secondsWords(condition.windowS)}`;
    case 'volume':
      return `volume of ${secondsWords(condition.recentS)} is ${condition.times}x that of the ${secondsWords(condition.baseS)} before`;
    case 'spread':
      return `spread is ${condition.atLeast} ${condition.atLeast === '1' && condition.unit === 'ticks' ? 'tick' : condition.unit} or more`;
    case 'stale':
      return `no update for ${secondsWords(condition.seconds)}`;
  }
}
