import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { MarketEvent } from '#protocol';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { RecordingError } from '../../../../server/formats/recording-error.ts';
import type { RecordingReader } from '../../../../server/tape/ports.ts';

export const TRADES_HEADER = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount';

/** A trades row of Tardis; microseconds count from 2024-08-08T00:00:00Z. */
export function tradeRow(changes: Record<string, string | number> = {}): string {
  const cells: Record<string, string | number> = {
    exchange: 'binance',
    symbol: 'BTCUSDT',
    timestamp: 1_723_075_200_000_000,
    local_timestamp: 1_723_075_200_100_000,
    id: 1,
    side: 'buy',
    price: '61602.02000000',
    amount: '0.00491000',
    ...changes,
  };
  return Object.values(cells).join(',');
}

/** A folder of its own for the files of one test file, removed afterwards. */
export class RecordingFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'tickwire-recordings-'));

  constructor() {
    afterAll(() => rmSync(this.folder, { recursive: true }));
  }

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** The events of a file with this content. */
  async events(content: string | Uint8Array, name = 'recording.csv'): Promise<MarketEvent[]> {
    const { recording } = await openRecording([this.write(name, content)]);
    return playAll(recording);
  }

  /** The sentence that refuses a file with this content, the folder taken out of it. */
  async refusal(content: string | Uint8Array, name = 'recording.csv'): Promise<string> {
    return (await this.fault([this.write(name, content)])).message.replaceAll(`${this.folder}/`, '');
  }

  async fault(paths: string[]): Promise<RecordingError> {
    try {
      await openRecording(paths, { strict: true });
    } catch (error) {
      if (error instanceof RecordingError) return error;
      throw error;
    }
    throw new Error('the file was opened');
  }
}

export function playAll(recording: RecordingReader): MarketEvent[] {
  const events: MarketEvent[] = [];
  recording.play(0, recording.events, (event) => events.push(structuredClone(event)));
  return events;
}
