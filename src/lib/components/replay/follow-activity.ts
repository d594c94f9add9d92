import type { EventDensity } from '#protocol';
import { LibraryError } from '../../client/library-link.ts';
import { RecordingsApi } from '../../client/recordings-api.ts';
import type { Desk } from '../desk.svelte.ts';
import { libraryOf } from '../recordings/library.ts';

/** How often the live market's activity is asked for while a viewer looks back, ms. */
const EVERY_MS = 10_000;

/** What the live market does while this connection, which would tell it, plays the tape; returns the undo. */
export function followActivity(desk: Desk, told: (density: readonly EventDensity[]) => void): () => void {
  const api = new RecordingsApi(libraryOf(desk).link);
  let isOver = false;
  const read = async (): Promise<void> => {
    try {
      const { nowUs, density, tape } = await api.activity();
      if (isOver) return;
      told(density);
      desk.market.timeline.onLiveTime(nowUs);
      desk.replay.tapeFromUs = tape?.fromTimeUs ?? 0;
    } catch (error) {
      if (!(error instanceof LibraryError)) throw error;
      // The bar goes on without columns for what is new.
    }
  };
  void read();
  const timer = setInterval(() => void read(), EVERY_MS);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}
