import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../../server/errors.ts';
import { checkFeed, checkVenue, isConforming } from '../../../../../server/feeds/kit/check-feed.ts';
import { readCapture } from '../../../../../server/feeds/kit/capture-file.ts';
import { playedVenue } from '../../../../../server/feeds/kit/venue-script.ts';
import { loadVenueFile } from '../../../../../server/feeds/load-venue.ts';
import type { CaptureLine } from '../../../../../server/feeds/venue/capture-lines.ts';
import type { RawFrame, Venue, VenueConnection, VenuePort } from '../../../../../server/feeds/venue/ports.ts';

const FOLDER = fileURLToPath(new URL('../../../../../examples/feeds/my-venue', import.meta.url));
const sound = await loadVenueFile(FOLDER);
const lines: CaptureLine[] = [];
for await (const line of readCapture(`${FOLDER}/capture.jsonl`)) lines.push(line);

/** The ids of the checks that the sound adapter fails after something was broken in it. */
async function failedWith(broken: Partial<Venue>): Promise<string[]> {
  const results = await checkVenue(await playedVenue({ ...sound, ...broken }, lines));
  return results.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
}

/** The sound adapter with a part of each connection replaced. */
function connecting(
  replace: (connection: VenueConnection, port: VenuePort) => Partial<VenueConnection>,
  listen: (port: VenuePort) => VenuePort = (port) => port,
): Pick<Venue, 'connect'> {
  return {
    connect: (port) => {
      const heard = listen(port);
      const connection = sound.connect(heard);
      return {
        onOpen: () => connection.onOpen(),
        onFrame: (frame, timeUs) => connection.onFrame(frame, timeUs),
        subscribe: (symbols) => connection.subscribe(symbols),
        unsubscribe: (symbols) => connection.unsubscribe(symbols),
        resync: (symbol) => connection.resync(symbol),
        ...replace(connection, heard),
      };
    },
  };
}

/** A port of which one member does something else. */
function hearing(own: (port: VenuePort) => Partial<VenuePort>): (port: VenuePort) => VenuePort {
  return (port) => {
    const changed = own(port);
    return new Proxy(port, {
      get(target, name) {
        const value: unknown =
          name in changed ? changed[name as keyof VenuePort] : Reflect.get(target, name, target);
        return typeof value === 'function' && !(name in changed) ? (value.bind(target) as unknown) : value;
      },
    });
  };
}

describe('the conformance kit', () => {
  it('finds nothing wrong with the adapter that new-feed writes', async () => {
    expect(await failedWith({})).toEqual([]);
  });

  const cases: Record<string, { broken: Partial<Venue>; fails: string }> = {
    'bounds that are none': { broken: { silenceMaxMs: 0 }, fails: 'facts' },
    'an instrument list without the instruments': { broken: { listings: async () => [] }, fails: 'listings' },
    'a kind of event that it does not offer': { broken: { offers: ['trade'] }, fails: 'offers' },
    'a connection that is never let in': {
      broken: connecting(() => ({ onOpen: () => undefined })),
      fails: 'connects',
    },
    'a subscription that asks for nothing': {
      broken: connecting(() => ({ subscribe: () => [] })),
      fails: 'subscribes',
    },
    'an instrument that is never said to be live': {
      broken: connecting(
        () => ({}),
        hearing(() => ({ live: () => undefined })),
      ),
      fails: 'goes-live',
    },
    'an instrument that is live before anything came': {
      broken: connecting((connection, port) => ({
        subscribe: (symbols) => {
          for (const symbol of symbols) port.live(symbol);
          return connection.subscribe(symbols);
        },
      })),
      fails: 'unanswered',
    },
    'a frame that is thrown at': {
      broken: connecting((connection) => ({
        onFrame: (frame, timeUs) => {
          JSON.parse(String(frame));
          connection.onFrame(frame, timeUs);
        },
      })),
      fails: 'foreign-frames',
    },
    'an unknown kind that is passed over in silence': {
      broken: connecting(
        () => ({}),
        hearing(() => ({ unknown: () => undefined })),
      ),
      fails: 'foreign-frames',
    },
    'a trade whose id is dropped': {
      broken: connecting(
        () => ({}),
        hearing((port) => ({ trade: (trade) => port.trade({ ...trade, id: '' }) })),
      ),
      fails: 'repeated-frames',
    },
    'a time that is no number': {
      broken: connecting(
        () => ({}),
        hearing((port) => ({
          trade: (trade) => port.trade({ ...trade, venueTimeUs: Number.NaN as typeof trade.venueTimeUs }),
        })),
      ),
      fails: 'maps',
    },
  };

  it.each(Object.entries(cases))('finds %s', async (_, { broken, fails }) => {
    expect(await failedWith(broken)).toContain(fails);
  });

  it('finds state that is kept beside the connection', async () => {
    const kept = new Map<string, number>();
    const remembering = connecting((connection) => ({
      onFrame: (frame: RawFrame, timeUs) => {
        const text = String(frame);
        kept.set(text, (kept.get(text) ?? 0) + 1);
        // What came over an earlier connection is not taken again.
        if (kept.get(text) === 1) connection.onFrame(frame, timeUs);
      },
    }));
    expect(await failedWith(remembering)).toEqual(expect.arrayContaining(['pure', 'survives-a-cut']));
  });

  it('finds a timer that an adapter leaves', async () => {
    const timers: NodeJS.Timeout[] = [];
    const ticking = connecting((connection) => ({
      onOpen: () => {
        // Several, as those of the test's own runner come and go.
        for (let count = 0; count < 8; count += 1) timers.push(setInterval(() => undefined, 60_000));
        connection.onOpen();
      },
    }));
    const failed = await failedWith(ticking);
    for (const timer of timers) clearInterval(timer);
    expect(failed).toContain('closes');
  });

  it('says in a sentence what is missing in a folder', async () => {
    await expect(checkFeed({ feed: 'gemini' })).rejects.toThrow(
      new UserError('gemini needs a capture to be checked with: --capture FILE.'),
    );
    await expect(checkFeed({ feed: './no-such-folder' })).rejects.toThrow(
      'The feed ./no-such-folder does not exist.',
    );
  });

  it('gives each failure a reason and a hint', async () => {
    const results = await checkVenue(await playedVenue({ ...sound, offers: ['trade'] }, lines));
    expect(isConforming(results)).toBe(false);
    expect(results.find(({ outcome }) => outcome === 'fail')).toEqual({
      id: 'offers',
      title: 'delivers what it offers, and nothing else',
      outcome: 'fail',
      reason: 'It delivers book, which it does not offer.',
      hint: 'Name the kind in offers, or do not deliver it.',
    });
  });
});
