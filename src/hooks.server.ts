import type { Handle, HandleServerError } from '@sveltejs/kit';

const EMBEDS = '/embed/';

/** Quotes and small charts may stand in a frame of any page; everything else of the dashboard in none. */
export const handle: Handle = async ({ event, resolve }) => {
  if (!event.url.pathname.startsWith(EMBEDS)) return resolve(event);
  // Somebody else's page keeps nothing of ours for times without a network: browsers refuse it, and say so in its console.
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace("'serviceWorker' in navigator", 'false'),
  });
  const policy = response.headers.get('content-security-policy');
  if (policy !== null)
    response.headers.set(
      'content-security-policy',
      // The star means pages of the network: one that is tried out from a disk is named by itself.
      policy.replace("frame-ancestors 'none'", 'frame-ancestors * file:'),
    );
  return response;
};

/** What fails here goes to the server's own log. What was asked for wrongly is no failure: anybody could fill the log with it. */
export const handleError: HandleServerError = ({ error, event, status, message }) => {
  const tell = event.platform?.req?.tickwireFault ?? console.error;
  if (status >= 500) tell(error);
  return { message };
};
