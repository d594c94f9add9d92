import { CaptureRest } from '../venue/capture-rest.ts';
import type { CapturedFrame, CaptureLine } from '../venue/capture-lines.ts';
import { runCapture } from '../venue/capture-run.ts';
import type { CaptureSummary } from '../venue/capture-summary.ts';
import type { RawFrame, Venue } from '../venue/ports.ts';

/**
 * What a folder may say of its venue besides its capture: the default export of `script.ts`. Without one the capture alone plays the
 * venue: what it sent there, it sends again.
 */
export interface VenueScript {
  /** What the venue answers to a frame of the client's; empty = nothing of its own, the capture goes on. */
  answer?(frame: RawFrame): readonly RawFrame[];
  /** The body that GET `restUrl + path` is answered with; null = the venue does not know that path. */
  rest?(path: string): string | null;
}

/** A venue as the kit plays it. */
export interface PlayedVenue {
  readonly venue: Venue;
  /** Symbols that the capture is of. */
  readonly symbols: readonly string[];
  readonly script: VenueScript;
  /** Frames of one connection, as they came. */
  readonly frames: readonly CapturedFrame[];
  readonly lines: readonly CaptureLine[];
  /** What the capture comes to offline. */
  readonly summary: CaptureSummary;
}

/** Takes the busiest connection of a capture for the one to be played. @throws UserError when the adapter refuses the capture */
export async function playedVenue(
  venue: Venue,
  lines: readonly CaptureLine[],
  script: VenueScript = {},
): Promise<PlayedVenue> {
  const summary = await runCapture(venue, lines, { rest: lines });
  const received = lines.filter((line): line is CapturedFrame => line.kind === 'in');
  const connections = Map.groupBy(received, ({ conn }) => conn);
  const frames = [...connections.values()].sort((left, right) => right.length - left.length)[0] ?? [];
  const own =
    frames.length === 0 ? [] : lines.filter((line) => !('conn' in line) || line.conn === frames[0]!.conn);
  const ownSummary = connections.size > 1 ? await runCapture(venue, own) : summary;
  return { venue, script, frames, lines, summary, symbols: Object.keys(ownSummary.instruments) };
}

/** Answers of the venue's REST interface: the script's, else those in the capture, as often as they are asked for. */
export function restAnswers({ venue, lines, script }: PlayedVenue): (path: string) => Promise<string | null> {
  return async (path) => {
    const own = script.rest?.(path) ?? null;
    if (own !== null) return own;
    const recorded = new CaptureRest(venue.restUrl);
    for (const line of lines) if (line.kind === 'rest') recorded.add(line.url, line.body, Number.NaN);
    return recorded.text(path).catch(() => null);
  };
}
