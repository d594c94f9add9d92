import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRecording } from '../../../server/formats/open-recording.ts';
import type { RecordingReader } from '../../../server/tape/ports.ts';
import { readLeanShare, SHARE } from './lean-equity.ts';
import { slice, withoutSilence, type RecordedEvent, type RecordedStream } from './sliced-stream.ts';

/** Instruments that a day is cut into. */
const SPANS = 40;

/** Where recordings lie that may not be published with the repository. */
const folder =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

const IBM = {
  quotes: join(folder, 'equity/lean_IBM_tick_2013-10-08_quote.zip'),
  trades: join(folder, 'equity/lean_IBM_tick_2013-10-08_trade.zip'),
};
const ETH = join(folder, 'quotes/binance-futures_quotes_2024-08-08_ETHUSDT.tardis.csv.gz');

/**
 * A share's quotes and trades, and a future's quotes, as markets of many instruments. Says so where the files are not there: a number
 * that is missing by mistake must not look like one that was reached.
 */
export async function realStreams(): Promise<RecordedStream[]> {
  const missing = [IBM.quotes, IBM.trades, ETH].filter((path) => !existsSync(path));
  if (missing.length > 0) {
    process.stderr.write(
      `wire: no real streams: ${missing.length} of 3 recordings are not in ${folder} (TICKWIRE_DATA names the folder).\n`,
    );
    return [];
  }
  return [await ibm(), await eth()];
}

async function ibm(): Promise<RecordedStream> {
  const definition = { ...SHARE, symbol: 'IBM', name: 'IBM' };
  return slice('IBM 2013-10-08, quotes and trades', definition, await readLeanShare(IBM), SPANS);
}

async function eth(): Promise<RecordedStream> {
  const { recording } = await openRecording([ETH]);
  return slice('ETHUSDT 2024-08-08, quotes', recording.instruments[0]!, eventsOf(recording), SPANS);
}

/** A file of recorded data as a market: a sample of the repository, or one that was named on the command line. */
export async function recordedStream(path: string): Promise<RecordedStream> {
  const { recording } = await openRecording([path]);
  return withoutSilence(basename(path), recording.instruments, eventsOf(recording));
}

function eventsOf(recording: RecordingReader): RecordedEvent[] {
  const recorded: RecordedEvent[] = [];
  recording.play(0, recording.events, (event) => {
    recorded.push({ timeUs: recording.timeOfEvent(recorded.length), event: { ...event } });
  });
  return recorded;
}
