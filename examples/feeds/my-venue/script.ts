import type { VenueScript } from '../../../server/feeds/kit/feed-api.ts';

/**
 * What this venue answers, for `tickwire check-feed`. What it sends by itself is in capture.jsonl; a venue whose answers do not depend on
 * what it is asked needs no script at all.
 */
const script: VenueScript = {
  // A symbol that the venue does not know is refused.
  answer: (frame) =>
    String(frame).includes('"NONE"') ? ['{"type":"refused","symbol":"NONE","reason":"unknown symbol"}'] : [],
  // The body of GET restUrl + path; null = not found.
  rest: () => null,
};
export default script;
