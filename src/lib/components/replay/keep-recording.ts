import { LibraryError } from '../../client/library-link.ts';
import { RecordingsApi, type RecordingJob } from '../../client/recordings-api.ts';
import { followJob } from '../../state/follow-job.ts';
import type { Recordings } from '../../state/recordings.svelte.ts';
import type { Desk } from '../desk.svelte.ts';
import { libraryOf } from '../recordings/library.ts';
import type { Toasts } from '../toast/toasts.svelte.ts';
import type { TimeRange } from './loop-marks.ts';
import { browserAfter, type After } from './seek-pace.ts';

const TAKEN = 409;

/** `Kept 2026-11-12 14.29.37`: the begin of what is kept, in signs that a file name may hold. */
export function keptName(fromUs: number): string {
  const time = new Date(fromUs / 1_000).toISOString().slice(0, 19);
  return `Kept ${time.replace('T', ' ').replaceAll(':', '.')}`;
}

/** Makes a recording of a stretch of the rolling tape, and tells how it goes and where it is. */
export async function keepRecording(
  range: TimeRange,
  recordings: Recordings,
  toasts: Toasts,
  after: After = browserAfter,
): Promise<void> {
  const name = keptName(range.fromUs);
  const api = new RecordingsApi(recordings.link);
  const toast = toasts.show({ text: `Keeping “${name}”`, progress: 0 });
  const fail = (message: string): void => toast.update({ text: `Not kept: ${message}`, tone: 'problem' });
  try {
    const job = await begin(range, name, api);
    await new Promise<void>((resolve) => {
      followJob(
        api,
        job,
        (next) => {
          switch (next.state) {
            case 'done': {
              const kept = next.recording ?? next.name;
              toast.update({
                text: `Kept as “${kept}”.`,
                actions: [{ label: 'Open', href: `/replay/${encodeURIComponent(kept)}` }],
              });
              return resolve();
            }
            case 'failed':
              fail(next.message);
              return resolve();
            case 'cancelled':
              fail('it was cancelled.');
              return resolve();
            default:
              toast.update({ text: `Keeping “${next.name}”`, progress: next.done });
          }
        },
        after,
      );
    });
    await recordings.refresh();
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
    fail(error.message);
  }
}

/** A name that is taken, as when the same stretch is kept twice, is left to the server. */
async function begin(range: TimeRange, name: string, api: RecordingsApi): Promise<RecordingJob> {
  try {
    return await api.keep(range.fromUs, range.toUs, name);
  } catch (error) {
    if (!(error instanceof LibraryError && error.status === TAKEN)) throw error;
    return api.keep(range.fromUs, range.toUs);
  }
}

/** Keeps what the replay of a desk marks: the loop, or some minutes around the playhead. */
export function keepForDesk(desk: Desk): Promise<void> {
  return keepRecording(desk.replay.keepRange, libraryOf(desk), desk.toasts);
}
