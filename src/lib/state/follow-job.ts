import { LibraryError } from '../client/library-link.ts';
import type { RecordingJob, RecordingsApi } from '../client/recordings-api.ts';
import type { After } from './recordings.svelte.ts';

/** How often a job is asked about, ms. */
const ASK_EVERY_MS = 300;
/** Answers that may fail to come before a job counts as lost. */
const FAILURES_MAX = 10;

export function isEnded({ state }: RecordingJob): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/** Tells of a job until it has ended, and then of that; returns the undo. A server that says nothing any more counts as a failure. */
export function followJob(
  api: Pick<RecordingsApi, 'job'>,
  job: RecordingJob,
  onChange: (job: RecordingJob) => void,
  after: After,
): () => void {
  let isOver = false;
  let failures = 0;
  let cancel = (): void => undefined;
  const ask = async (): Promise<void> => {
    let next: RecordingJob;
    try {
      next = await api.job(job.id);
      failures = 0;
    } catch (error) {
      if (!(error instanceof LibraryError)) throw error;
      failures += 1;
      if (error.status === 0 && failures < FAILURES_MAX) return plan();
      next = { ...job, state: 'failed', message: error.message };
    }
    if (isOver) return;
    onChange(next);
    if (!isEnded(next)) plan();
  };
  const plan = (): void => {
    if (!isOver) cancel = after(ASK_EVERY_MS, () => void ask());
  };
  if (isEnded(job)) onChange(job);
  else plan();
  return () => {
    isOver = true;
    cancel();
  };
}
