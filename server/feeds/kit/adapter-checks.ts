import { createHash } from 'node:crypto';
import { parseIncrement, type MarketEvent } from '#protocol';
import { CaptureRun, runCapture } from '../venue/capture-run.ts';
import type { CapturedFrame, CaptureLine } from '../venue/capture-lines.ts';
import type { RawFrame, Venue } from '../venue/ports.ts';
import { cutFrames, FOREIGN_FRAMES, wrongTypes } from './changed-frames.ts';
import { eventFlaw } from './event-flaw.ts';
import { firstFlaw, type Check, type Finding } from './check-result.ts';
import { restAnswers, type PlayedVenue } from './venue-script.ts';

/** Frames of a capture that are changed one by one: enough for each kind to be among them. */
const CHANGED_FRAMES_MAX = 60;

const found = (flaw: string | null, ok: string): Finding => (flaw === null ? { ok } : { no: flaw });

/** Checks of the adapter by itself: frames in, events out, without a connection. */
export const ADAPTER_CHECKS: readonly Check<PlayedVenue>[] = [
  {
    id: 'facts',
    title: 'says what it is and what its bounds are',
    hint: 'Look the bounds up in the documents of the venue and quote them beside the number in feed.ts.',
    run: ({ venue }) => found(factsFlaw(venue), `${venue.title}: ${venue.offers.join(', ')}`),
  },
  {
    id: 'capture',
    title: 'has a capture that names instruments',
    hint: 'Record one with tickwire record-raw, or put frames of the venue into capture.jsonl, one a line.',
    run: ({ frames, symbols }) =>
      frames.length > 0 && symbols.length > 0
        ? { ok: `${frames.length} frames of ${symbols.length} instruments` }
        : {
            no: `The capture has ${frames.length} frames, of which came events of ${symbols.length} instruments.`,
          },
  },
  {
    id: 'listings',
    title: 'lists instruments with their steps',
    hint: 'listings() answers with a row for each wanted symbol that the venue has; tick and lot are decimal text, or empty to learn them.',
    run: listingsFinding,
  },
  {
    id: 'maps',
    title: 'maps every frame of the capture',
    hint: 'tickwire map --feed FOLDER CAPTURE names the frames; a kind that is known but not used is not unknown.',
    run: async ({ venue, lines, summary }) => {
      let flaw: string | null = null;
      const onEvent = (event: MarketEvent): void => void (flaw ??= eventFlaw(event));
      await runCapture(venue, lines, { rest: lines, onEvent });
      return found(
        firstFlaw([
          flaw,
          summary.unknownFrames > 0 &&
            `${summary.unknownFrames} frames are unknown: ${summary.notes.join(' ')}`,
          summary.malformedFrames > 0 &&
            `${summary.malformedFrames} frames are malformed: ${summary.notes.join(' ')}`,
          summary.checksumFailures > 0 && `${summary.checksumFailures} checksums are wrong.`,
          totalOf(summary.events) === 0 && 'No event came of it.',
        ]),
        Object.entries(summary.events)
          .filter(([, count]) => count > 0)
          .map(([kind, count]) => `${count} ${kind}`)
          .join(', '),
      );
    },
  },
  {
    id: 'offers',
    title: 'delivers what it offers, and nothing else',
    hint: 'Name the kind in offers, or do not deliver it.',
    run: ({ venue, summary }) => {
      const delivered = Object.entries(summary.events).filter(([, count]) => count > 0);
      const missing = venue.offers.filter((kind) => summary.events[kind] === 0);
      const other = delivered.map(([kind]) => kind).filter((kind) => !venue.offers.some((of) => of === kind));
      if (other.length > 0) return { no: `It delivers ${other.join(', ')}, which it does not offer.` };
      return missing.length > 0
        ? { not: `the capture has no ${missing.join(', no ')}` }
        : { ok: venue.offers.join(', ') };
    },
  },
  {
    id: 'pure',
    title: 'makes the same events of the same frames',
    hint: 'A translator reads no clock, draws nothing at random, and keeps nothing outside of its connection.',
    run: async ({ venue, lines, summary }) => {
      const [first, second] = [await digest(venue, lines), await digest(venue, lines)];
      const isSame = first.hash === second.hash && first.events === totalOf(summary.events);
      return found(
        isSame ? null : 'Another run over the capture made other events.',
        first.hash.slice(0, 12),
      );
    },
  },
  {
    id: 'foreign-frames',
    title: 'counts frames of unknown kinds, and goes on',
    hint: 'Read a frame as unknown first: null, a list and text that is no JSON are values as well. End every switch with port.unknown or port.malformed.',
    run: (played) => foreignFinding(played),
  },
  {
    id: 'broken-frames',
    title: 'survives frames that are cut off or hold wrong types',
    hint: 'Check what a field is before it is used: each frame that the venue can change is one that it will change.',
    run: (played) => brokenFinding(played),
  },
  {
    id: 'repeated-frames',
    title: 'delivers no trade twice when frames come twice',
    hint: 'Give VenueTrade.id what the venue calls the trade, as text, and say in tradeIds what the ids are like.',
    run: async ({ venue, lines, summary }) => {
      if (venue.tradeIds === 'none') return { not: 'the venue has no trade ids' };
      const twice = lines.flatMap((line) => (line.kind === 'in' ? [line, line] : [line]));
      const { events } = await runCapture(venue, twice, { rest: lines });
      const flaw = events.trade > summary.events.trade;
      return found(
        flaw ? `${events.trade} trades instead of ${summary.events.trade}.` : null,
        `${events.trade} trades of twice the frames`,
      );
    },
  },
  {
    id: 'swapped-frames',
    title: 'survives frames that come out of order',
    hint: 'A frame that does not follow from what came before is told with port.fault or port.unexpected, and left out.',
    run: async ({ venue, lines, summary }) => {
      const run = new CaptureRun(venue, { rest: lines });
      for (const line of swapped(lines)) await run.take(line);
      const { events, notes } = await run.finish();
      const threw = notes.find((note) => note.includes('The adapter threw'));
      return found(
        threw ?? (events.trade > summary.events.trade ? 'More trades than without the swap.' : null),
        `${events.trade} trades, ${events.book} books`,
      );
    },
  },
];

function factsFlaw(venue: Venue): string | null {
  const positive = [
    'frameBytesMax',
    'connectTimeoutMs',
    'ackTimeoutMs',
    'silenceMaxMs',
    'symbolsPerConnection',
  ] as const;
  const rest = ['framesPerSecond', 'connectionLifeMs', 'connectionsMax'] as const;
  const wrong = [...positive, ...rest].find((name) => !(venue[name] > 0));
  return firstFlaw([
    wrong !== undefined && `${wrong} is ${venue[wrong]}, expected a number above 0.`,
    !/^wss?:\/\//.test(venue.url) && `The url ${venue.url} is no address of a WebSocket.`,
    !/^https?:\/\//.test(venue.documentation) && 'documentation is no address of a page.',
    venue.offers.length === 0 && 'It offers nothing.',
    !['frame', 'heartbeat', 'ping'].includes(venue.lifeSign) && `lifeSign is ${venue.lifeSign}.`,
  ]);
}

async function listingsFinding(played: PlayedVenue): Promise<Finding> {
  const answer = restAnswers(played);
  const unanswered: string[] = [];
  const rest = {
    text: async (path: string) => {
      const body = await answer(path);
      if (body !== null) return body;
      unanswered.push(path);
      throw new Error(`No answer to ${path}.`);
    },
  };
  let listings;
  try {
    listings = await played.venue.listings(rest, played.symbols);
  } catch (error) {
    if (unanswered.length > 0) return { not: `no recorded answer to GET ${unanswered[0]}` };
    return { no: `listings() threw: ${(error as Error).message}` };
  }
  const byName = new Map(listings.map((listing) => [listing.symbol, listing]));
  const missing = played.symbols.filter((symbol) => !byName.has(symbol));
  const bad = listings.find(({ tick, lot }) =>
    [tick, lot].some((step) => step !== '' && parseIncrement(step) === null),
  );
  return found(
    firstFlaw([
      missing.length === played.symbols.length && `None of ${missing.join(', ')} is listed.`,
      bad !== undefined && `${bad.symbol} has the steps "${bad.tick}" and "${bad.lot}".`,
    ]),
    `${listings.length} listed`,
  );
}

async function digest(
  venue: Venue,
  lines: readonly CaptureLine[],
): Promise<{ hash: string; events: number }> {
  const hash = createHash('sha256');
  const onEvent = (event: MarketEvent): void => void hash.update(JSON.stringify(event));
  const { events } = await runCapture(venue, lines, { rest: lines, onEvent });
  return { hash: hash.digest('hex'), events: totalOf(events) };
}

async function foreignFinding(played: PlayedVenue): Promise<Finding> {
  for (const [name, raw] of FOREIGN_FRAMES) {
    const { counted, threw } = await handed(played, played.frames.slice(0, CHANGED_FRAMES_MAX), [raw]);
    if (threw !== undefined) return { no: `Of ${name}: ${threw}` };
    // A venue that sends lists of messages may send one of none.
    if (counted === 0 && raw !== '[]') return { no: `A frame that is ${name} was not counted.` };
  }
  return { ok: `${FOREIGN_FRAMES.length} kinds, each counted` };
}

async function brokenFinding(played: PlayedVenue): Promise<Finding> {
  const { frames } = played;
  const sample = frames.filter(
    (_, at) => at < CHANGED_FRAMES_MAX / 2 || at % Math.ceil(frames.length / CHANGED_FRAMES_MAX) === 0,
  );
  const changed = sample
    .slice(0, CHANGED_FRAMES_MAX)
    .flatMap(({ raw }) => [...cutFrames(raw), ...wrongTypes(raw)]);
  const { threw } = await handed(played, frames.slice(0, CHANGED_FRAMES_MAX), changed);
  return threw === undefined ? { ok: `${changed.length} frames` } : { no: threw };
}

/** Hands frames to the adapter behind the beginning of the capture. */
async function handed(
  played: PlayedVenue,
  before: readonly CapturedFrame[],
  frames: readonly RawFrame[],
): Promise<{ counted: number; threw: string | undefined }> {
  let threw: string | undefined;
  const onEvent = (event: MarketEvent): void => void (threw ??= eventFlaw(event) ?? undefined);
  const run = new CaptureRun(played.venue, { rest: played.lines, isPatient: true, onEvent });
  for (const line of before) await run.take(line);
  const { conn = '0', timeUs = Number.NaN } = before[0] ?? {};
  const { summary } = run;
  const told = (): number =>
    summary.unknownFrames + summary.malformedFrames + summary.unexpectedFrames + run.failures;
  const toldBefore = told();
  for (const raw of frames) {
    summary.notes.length = 0;
    await run.take({ kind: 'in', conn, timeUs, raw });
    const note = summary.notes.find((text) => text.includes('The adapter threw'));
    if (note !== undefined) threw ??= `${note} (frame ${shown(raw)})`;
  }
  return { counted: told() - toldBefore, threw };
}

/** Each second and third frame of four change places. */
function swapped(lines: readonly CaptureLine[]): CaptureLine[] {
  const places = [...lines];
  const frames = places.flatMap((line, at) => (line.kind === 'in' ? [at] : []));
  for (let at = 1; at + 1 < frames.length; at += 4) {
    const [left, right] = [frames[at]!, frames[at + 1]!];
    [places[left], places[right]] = [places[right]!, places[left]!];
  }
  return places;
}

const shown = (raw: RawFrame): string =>
  typeof raw === 'string' ? JSON.stringify(raw.slice(0, 120)) : `of ${raw.length} bytes`;

const totalOf = (events: PlayedVenue['summary']['events']): number =>
  Object.values(events).reduce((sum, count) => sum + count, 0);
