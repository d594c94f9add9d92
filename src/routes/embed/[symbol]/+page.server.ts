import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, platform }) => {
  const snapshot = (await platform?.req?.tickwireSnapshot?.(1, params.symbol)) ?? null;
  if (snapshot !== null && snapshot.rows.length === 0) error(404, `No feed has ${params.symbol} now.`);
  return { snapshot };
};
