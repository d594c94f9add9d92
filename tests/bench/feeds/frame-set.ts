import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { UnixUs } from '#protocol';
import { CaptureLines } from '../../../server/feeds/venue/capture-lines.ts';
import type { RawFrame, Venue, VenueListing } from '../../../server/feeds/venue/ports.ts';

/** Frames of one venue, as they came, and what its REST said of their instruments. */
export interface FrameSet {
  /** What kind of frames, for the table: `binance, recorded BTCUSDT`. */
  readonly name: string;
  readonly venue: Venue;
  readonly listings: readonly VenueListing[];
  readonly frames: readonly { readonly raw: RawFrame; readonly timeUs: UnixUs }[];
}

/** Recordings that may not be published lie outside the repository. */
const FOLDER =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** What the venue sent, of a capture in the folder of recorded data; empty when the folder is not there. */
export function recordedFrames(path: string): FrameSet['frames'] {
  const file = join(FOLDER, path);
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const reader = new CaptureLines();
  return text
    .split('\n')
    .map((line) => reader.read(line))
    .flatMap((line) => (line?.kind === 'in' ? [{ raw: line.raw, timeUs: line.timeUs as UnixUs }] : []));
}

/** A listing with the steps that a venue's REST gives. */
export function listed(symbol: string, tick: string, lot: string): VenueListing {
  return { symbol, name: symbol, assetClass: 'crypto', currency: '', tick, lot };
}
