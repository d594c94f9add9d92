import { incrementText } from '#protocol';
import { inspectTape, type TapeInspection } from '../tape/file/inspect-tape.ts';
import { openTape } from './open-inputs.ts';

export interface TapeReport extends TapeInspection {
  format: 'tape';
  instruments: { venue: string; symbol: string; tickSize: string; lotSize: string }[];
}

/** What a tape holds; null for a file that is none. @throws TapeError */
export function inspectTapeFile(path: string): TapeReport | null {
  const reader = openTape(path);
  if (reader === null) return null;
  try {
    const instruments = reader.instruments.map(({ venue, symbol, tick, lot }) => ({
      venue,
      symbol,
      tickSize: incrementText(tick),
      lotSize: incrementText(lot),
    }));
    return { format: 'tape', ...inspectTape(path), instruments };
  } finally {
    reader.close();
  }
}

export function tapeText(report: TapeReport): string {
  const grouped = (count: number): string => count.toLocaleString('en-US');
  const blocks = Object.entries(report.blocks).map(
    ([kind, { count, bytes }]) => `${grouped(count)} ${kind} (${grouped(bytes)} bytes)`,
  );
  const { isClosed, unfinishedBytes, damage, lostEvents } = report;
  return [
    `format       tape${isClosed ? '' : ', not closed: it is being written, or its writer ended without notice'}`,
    `events       ${grouped(report.events)} (${report.bytesAnEvent.toFixed(2)} bytes each)`,
    `from         ${new Date(report.firstTimeUs / 1_000).toISOString()}`,
    `to           ${new Date(report.lastTimeUs / 1_000).toISOString()}`,
    `blocks       ${blocks.join(', ')}`,
    `gaps         ${gapsText(report, grouped)}`,
    `damage       ${damage.length === 0 && unfinishedBytes === 0 ? 'none' : `${grouped(damage.length)} stretches, ${grouped(lostEvents)} events, ${grouped(unfinishedBytes)} bytes unfinished at the end`}`,
    `instruments  ${report.instruments.map(({ venue, symbol }) => `${venue}:${symbol}`).join(' ')}`,
  ].join('\n');
}

/** `3 (cut 2, sequence 1), 4.2 s in all`. */
function gapsText({ gapMarks }: TapeReport, grouped: (count: number) => string): string {
  if (gapMarks.count === 0) return 'none';
  const reasons = Object.entries(gapMarks.byReason).map(([reason, count]) => `${reason} ${grouped(count)}`);
  return `${grouped(gapMarks.count)} (${reasons.join(', ')}), ${(gapMarks.totalUs / 1_000_000).toFixed(1)} s in all`;
}
