import { RecordingsApi, type DeletedRecording, type RecordingSummary } from '../client/recordings-api.ts';
import type { Recordings } from './recordings.svelte.ts';

const apiOf = ({ link }: Recordings): RecordingsApi => new RecordingsApi(link);

/** @param selectors absent = everything */
export async function beginRecording(
  recordings: Recordings,
  selectors?: readonly string[],
): Promise<RecordingSummary> {
  const recording = await apiOf(recordings).record(selectors);
  await recordings.readAnew();
  return recording;
}

/** Null where nothing had been recorded yet, and nothing is kept. */
export async function stopRecording(recordings: Recordings, name: string): Promise<RecordingSummary | null> {
  const recording = await apiOf(recordings).stop(name);
  await recordings.readAnew();
  return recording;
}

export async function removeRecording(recordings: Recordings, name: string): Promise<DeletedRecording> {
  const deleted = await apiOf(recordings).remove(name);
  recordings.leaveOut(name);
  await recordings.readAnew();
  return deleted;
}

/** Brings back what was deleted. */
export async function restoreRecording(recordings: Recordings, id: string): Promise<RecordingSummary> {
  const restored = await apiOf(recordings).restore(id);
  await recordings.readAnew();
  return restored;
}
