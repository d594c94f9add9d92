import { writeSync } from 'node:fs';
import { systemClock } from '../../../server/clock.ts';
import { openTapeWriter } from '../../../server/tape/file/open-tape-writer.ts';
import { runningMs } from '../../support/running-time.ts';
import { writtenEvent } from './written-event.ts';

/**
 * Writes a tape at a steady rate, on from where it stands, until somebody kills it. After every batch it says how long it has run and
 * how many events it has taken in, in a write that the system has before the next batch begins.
 */
const BATCH_INTERVAL_MS = 5;
const US_PER_S = 1_000_000;

const [path = '', eventsPerSecond = ''] = process.argv.slice(2);
const { writer } = openTapeWriter(path, { clock: systemClock, existing: 'append' });
for (let instrument = 0; instrument < 7; instrument += 1)
  writer.define({
    venue: 'test',
    symbol: `S${instrument}`,
    name: '',
    assetClass: 'other',
    currency: 'USD',
    tick: { units: 1, decimals: 2 },
    lot: { units: 1, decimals: 5 },
  });

const firstEvent = writer.events;
const startUs = systemClock.nowUs();

function batch(): void {
  const due = firstEvent + Math.floor(((systemClock.nowUs() - startUs) * Number(eventsPerSecond)) / US_PER_S);
  while (writer.events < due) writer.onEvent(writtenEvent(writer.events));
  writeSync(1, `${runningMs(process.pid)} ${writer.events}\n`);
}
batch();
setInterval(batch, BATCH_INTERVAL_MS);
