import { createWriteStream, realpathSync, statSync } from 'node:fs';
import { Readable, type Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress } from 'node:zlib';
import { SelectorSet } from '../engine/selector.ts';
import { UserError } from '../errors.ts';
import type { ExportChannel, ExportFormat, ExportScope } from '../formats/export-options.ts';
import { exportedText, mainKind, type ExportCounts } from '../formats/export-recording.ts';
import type { ImportReport, OpenOptions } from '../formats/open-recording.ts';
import { timeOfText } from '../formats/time-text.ts';
import type { RecordingReader } from '../tape/ports.ts';
import { openInputs } from './open-inputs.ts';
import { WholeFile } from './whole-file.ts';

export interface ExportRequest {
  readonly inputs: readonly string[];
  readonly format: ExportFormat;
  /** Absent: all that there is for lines of JSON, the main kind of events for CSV and Parquet. */
  readonly channel?: ExportChannel;
  /** Times as people write them, or numbers since 1970. */
  readonly from?: string;
  readonly to?: string;
  readonly symbols?: readonly string[];
  /** Of text. */
  readonly times: 'us' | 'iso';
  /** Absent: standard output. */
  readonly out?: string;
  readonly open: OpenOptions;
}

export interface ExportOutcome {
  events: number;
  /** What the import says; null for a tape, which was imported before. */
  report: ImportReport | null;
}

/**
 * `tickwire export INPUT...`: recordings as text or Parquet, as fast as the reader takes it. A file that ends in .gz or .zst is compressed.
 * @throws UserError, RecordingError, TapeError
 */
export async function exportFiles(request: ExportRequest, standardOutput: Writable): Promise<ExportOutcome> {
  const { inputs, out } = request;
  const fromUs = timeOf('--from', request.from, Number.NEGATIVE_INFINITY);
  const toUs = timeOf('--to', request.to, Number.POSITIVE_INFINITY);
  const symbols = selectorsOf(request.symbols);
  if (out !== undefined) refuseInput(out, inputs);
  const { recording, report, close } = await openInputs(inputs, request.open);
  const counts: ExportCounts = { events: 0 };
  try {
    const scope = { channel: request.channel ?? null, fromUs, toUs, symbols };
    const bytes = Readable.from(await written(recording, request, scope, counts), { objectMode: false });
    if (out === undefined) await pipeline(bytes, standardOutput, { end: false });
    else await toFile(bytes, out);
  } finally {
    close();
  }
  return { events: counts.events, report };
}

async function written(
  recording: RecordingReader,
  { format, times }: ExportRequest,
  scope: ExportScope,
  counts: ExportCounts,
): Promise<Iterable<string | Uint8Array>> {
  if (format === 'jsonl') return exportedText(recording, { ...scope, format, times }, counts);
  const channel = scope.channel ?? { kind: mainKind(recording), barSeconds: null };
  if (format === 'csv') return exportedText(recording, { ...scope, format, times, channel }, counts);
  const { exportedParquet } = await import('../formats/export-parquet.ts');
  return exportedParquet(recording, { ...scope, channel }, counts);
}

async function toFile(bytes: Readable, out: string): Promise<void> {
  const packing = packingOf(out);
  const whole = new WholeFile(out);
  try {
    const file = createWriteStream(whole.path);
    await (packing === null ? pipeline(bytes, file) : pipeline(bytes, packing, file));
    whole.keep();
  } catch (error) {
    whole.drop();
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const code = 'code' in error ? String(error.code) : 'unknown error';
    throw new UserError(`${out} cannot be written (${code}).`);
  }
}

function packingOf(out: string): Transform | null {
  if (out.endsWith('.gz')) return createGzip();
  return out.endsWith('.zst') ? createZstdCompress() : null;
}

function timeOf(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const time = timeOfText(text);
  if (time !== null) return time.timeUs;
  throw new UserError(
    `${flag}: found ${JSON.stringify(text)}, expected a time such as 2024-08-08T00:00:00Z (UTC without an offset), or a number since 1970.`,
  );
}

function selectorsOf(texts: readonly string[] | undefined): SelectorSet | null {
  if (texts === undefined) return null;
  const symbols = SelectorSet.parse(texts);
  if (symbols !== null) return symbols;
  throw new UserError(
    `--symbols: found ${JSON.stringify(texts.join(','))}, expected selectors such as BTC-*, venue:coinbase, !ETH-USD.`,
  );
}

/** Writing begins while the inputs are still read. */
function refuseInput(out: string, inputs: readonly string[]): void {
  if (statSync(out, { throwIfNoEntry: false }) === undefined) return;
  const real = realpathSync(out);
  for (const input of inputs) {
    const isThere = statSync(input, { throwIfNoEntry: false }) !== undefined;
    if (isThere && realpathSync(input) === real)
      throw new UserError(`${out} is one of the inputs: name another file with --out.`);
  }
}

/** The outcome for people: one line, and one for what was left out. */
export function exportText({ events, report }: ExportOutcome, out: string | undefined): string {
  const noun = events === 1 ? 'event' : 'events';
  const lines = [`Wrote ${events.toLocaleString('en-US')} ${noun}${out === undefined ? '' : ` to ${out}`}.`];
  const broken = report?.broken.rows ?? 0;
  if (broken > 0) {
    const rows = broken === 1 ? 'broken row was' : 'broken rows were';
    lines.push(`${broken.toLocaleString('en-US')} ${rows} left out, the first: ${report!.broken.first[0]!}`);
  }
  return lines.join('\n');
}
