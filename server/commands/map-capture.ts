import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { stepsToText, type InstrumentDefinition, type MarketEvent } from '#protocol';
import { readCapture } from '../feeds/kit/capture-file.ts';
import type { CaptureLine } from '../feeds/venue/capture-lines.ts';
import { CaptureRun } from '../feeds/venue/capture-run.ts';
import type { CaptureSummary } from '../feeds/venue/capture-summary.ts';
import { openVenue } from '../feeds/venues.ts';
import { eventText, type EventText } from '../formats/export-text.ts';
import { UserError } from '../errors.ts';

/** Text that is gathered before it is written, characters. */
const BATCH_CHARACTERS = 65_536;

export interface MapRequest {
  /** A built-in venue, or a folder or file. */
  readonly feed: string;
  readonly capture: string;
  /** Recorded answers of REST. */
  readonly rest: readonly string[];
}

/**
 * Runs a capture through an adapter and writes each event as a line of JSON, prices as decimal text.
 * @param out null = no events are wanted @throws UserError, RecordingError
 */
export async function mapCapture(request: MapRequest, out: Writable | null): Promise<CaptureSummary> {
  const venue = await openVenue(request.feed);
  const rest: CaptureLine[] = [];
  for (const path of request.rest) rest.push(...(await restAnswers(path)));
  const text = eventText('jsonl', null, 'us');
  let batch = '';
  const run = new CaptureRun(venue, {
    rest,
    ...(out === null
      ? {}
      : { onEvent: (event, instrument) => void (batch += eventLine(event, instrument, text)) }),
  });
  const flush = async (): Promise<void> => {
    const full = batch;
    batch = '';
    if (full !== '' && out?.write(full) === false) await once(out, 'drain');
  };
  for await (const line of readCapture(request.capture)) {
    await run.take(line);
    if (batch.length > BATCH_CHARACTERS) await flush();
  }
  const summary = await run.finish();
  await flush();
  return summary;
}

async function restAnswers(path: string): Promise<CaptureLine[]> {
  const answers: CaptureLine[] = [];
  for await (const line of readCapture(path)) if (line.kind === 'rest') answers.push(line);
  if (answers.length === 0)
    throw new UserError(
      `${path} holds no recorded answer: expected lines such as {"url": "https://...", "t": "<seconds>", "raw": "<body>"}.`,
    );
  return answers;
}

function eventLine(event: MarketEvent, instrument: InstrumentDefinition, text: EventText): string {
  if (event.type !== 'statistics') return text.event(event, instrument);
  const { venue, symbol, tick, lot } = instrument;
  const price = (ticks: number) => (Number.isNaN(ticks) ? null : stepsToText(ticks, tick));
  const { type, venueTimeUs: time, receiveTimeUs: received, open, high, low, volume } = event;
  const prices = { open: price(open), high: price(high), low: price(low) };
  const lots = Number.isNaN(volume) ? null : stepsToText(volume, lot);
  return `${JSON.stringify({ type, venue, symbol, time, received, ...prices, volume: lots })}\n`;
}

/** The same for people: a few lines of text without colour. */
export function captureText(summary: CaptureSummary): string {
  const count = (value: number, one: string) => `${value.toLocaleString('en-US')} ${one}`;
  const events = Object.entries(summary.events).filter(([, events]) => events > 0);
  const faults = Object.entries(summary.faults).filter(([, faults]) => faults > 0);
  const frames = [
    count(summary.frames, 'in all'),
    count(summary.unknownFrames, 'unknown'),
    count(summary.malformedFrames, 'malformed'),
    count(summary.unexpectedFrames, 'not asked for'),
  ];
  const rows = Object.entries(summary.instruments).map(([symbol, { events, of, low, high }]) => [
    symbol,
    String(events),
    low ?? '-',
    high ?? '-',
    of ?? '-',
  ]);
  return [
    `frames       ${frames.join(', ')}`,
    `events       ${events.map(([kind, events]) => count(events, kind)).join(', ') || 'none'}`,
    `gaps         ${summary.sequenceGaps}`,
    `checksums    ${count(summary.checksumsChecked, 'checked')}, ${count(summary.checksumFailures, 'wrong')}`,
    `repeated     ${count(summary.repeatedTrades, 'trades left out')}`,
    `faults       ${faults.map(([kind, faults]) => count(faults, kind)).join(', ') || 'none'}`,
    `from         ${timeText(summary.firstTimeUs)}`,
    `to           ${timeText(summary.lastTimeUs)}`,
    '',
    ...columns([['instrument', 'events', 'low', 'high', 'of'], ...rows]),
    ...(summary.notes.length === 0 ? [] : ['', ...summary.notes]),
  ].join('\n');
}

function timeText(timeUs: number | null): string {
  return timeUs === null ? '-' : `${new Date(timeUs / 1000).toISOString().slice(0, -1)}Z`;
}

/** Rows under each other; the first and last column to the left. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const isLeft = (column: number) => column === 0 || column === widths.length - 1;
  return rows.map((row) =>
    row
      .map((cell, column) => (isLeft(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
