import type { LayoutServerLoad } from './$types';

/** Rows of the first view, whatever the window: the tallest usual screen shows fewer. */
const SNAPSHOT_ROWS = 40;

/** The first prices, as the server has them now. Depends on nothing that navigation changes, so it is asked for once. */
export const load: LayoutServerLoad = async ({ platform }) => ({
  snapshot: (await platform?.req?.tickwireSnapshot?.(SNAPSHOT_ROWS)) ?? null,
});
