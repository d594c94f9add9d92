import { writeSync } from 'node:fs';
import { systemClock } from '../../../server/clock.ts';
import { openTapeWriter } from '../../../server/tape/file/open-tape-writer.ts';
import { writtenEvent } from './written-event.ts';

/**
 * Writes a tape at full speed, on from where it stands, until somebody kills it. After every batch it says the time and how many
 * events it has taken in, in a write that the system has before the next batch begins.
 */
const BATCH_EVENTS = 1_000;

const [path = ''] = process.argv.slice(2);
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

function batch(): void {
  const from = writer.events;
  for (let at = 0; at < BATCH_EVENTS; at += 1) writer.onEvent(writtenEvent(from + at));
  writeSync(1, `${systemClock.nowUs() / 1000} ${writer.events}\n`);
  setImmediate(batch);
}
batch();
