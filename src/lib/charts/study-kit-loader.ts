import { InvariantError } from '../../protocol/invariant.ts';
import type { StudyChoice } from './indicators/study-choice.ts';

type StudyKit = typeof import('./study-kit.ts');

let kit: StudyKit | null = null;

/** Whether a choice of studies needs more than every chart has: the average price. */
export const needsStudyKit = (choices: readonly StudyChoice[]): boolean =>
  choices.some(({ kind }) => kind !== 'vwap');

export const hasStudyKit = (): boolean => kit !== null;

/** What works out and draws the other studies, and draws compared symbols. Whoever chooses one has loaded it before. */
export function studyKit(): StudyKit {
  if (kit === null) throw new InvariantError('a study is used before its code is here');
  return kit;
}

export async function loadStudyKit(): Promise<void> {
  if (kit !== null) return;
  const loaded = await import('./study-kit.ts');
  loaded.registerPanes();
  kit = loaded;
}
