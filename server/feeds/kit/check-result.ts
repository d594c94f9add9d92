/** What one check of the conformance kit found. */
export interface CheckResult {
  /** Stable, for machines: `survives-a-cut`. */
  readonly id: string;
  /** What was to be the case, as a sentence. */
  readonly title: string;
  readonly outcome: 'pass' | 'fail' | 'skip';
  /** What was found: of a pass in a few words, of a failure in a sentence with the numbers. */
  readonly reason: string;
  /** What to do about a failure; empty otherwise. */
  readonly hint: string;
}

/** A check that is to be run. What it throws is a failure with the error's sentence. */
export interface Check<Subject> {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  run(subject: Subject): Promise<Finding> | Finding;
}

/** `ok` = pass, with a few words; `no` = fail; `not` = cannot be said of this venue, and why. */
export type Finding = { readonly ok: string } | { readonly no: string } | { readonly not: string };

/** The first that is not so makes the sentence of a failure; null when all are. */
export function firstFlaw(flaws: readonly (string | false | null)[]): string | null {
  return flaws.find((flaw): flaw is string => typeof flaw === 'string') ?? null;
}

export async function runChecks<Subject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { id, title, hint, run } of checks) {
    let finding: Finding;
    try {
      finding = await run(subject);
    } catch (error) {
      finding = { no: `The check ended with: ${error instanceof Error ? error.message : String(error)}` };
    }
    if ('no' in finding) results.push({ id, title, outcome: 'fail', reason: finding.no, hint });
    else if ('not' in finding) results.push({ id, title, outcome: 'skip', reason: finding.not, hint: '' });
    else results.push({ id, title, outcome: 'pass', reason: finding.ok, hint: '' });
  }
  return results;
}
