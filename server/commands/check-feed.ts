import type { CheckResult } from '../feeds/kit/check-result.ts';

const MARKS = { pass: 'ok  ', fail: 'FAIL', skip: '-   ' } as const;

/** The results for people: a line each, and below a failure what was found and what to do. */
export function checksText(results: readonly CheckResult[]): string {
  const width = Math.max(...results.map(({ title }) => title.length));
  const lines = results.flatMap(({ outcome, title, reason, hint }) =>
    outcome === 'fail'
      ? [`${MARKS.fail}  ${title}`, `      found: ${reason}`, `      hint:  ${hint}`]
      : [`${MARKS[outcome]}  ${title.padEnd(width)}  ${reason}`],
  );
  const count = (outcome: CheckResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  const skipped = count('skip') === 0 ? '' : `, ${count('skip')} not applicable`;
  return [...lines, '', `${count('pass')} passed, ${count('fail')} failed${skipped}`].join('\n');
}
