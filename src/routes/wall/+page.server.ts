import type { PageServerLoad } from './$types';

/** A few screens of the first group, so that a wall that starts with its machine shows prices at once. */
const SNAPSHOT_ROWS = 60;

export const load: PageServerLoad = async ({ platform }) => ({
  snapshot: (await platform?.req?.tickwireSnapshot?.(SNAPSHOT_ROWS)) ?? null,
});
