import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { MarketEvent } from '#protocol';
import { convertFiles, conversionText } from '../../../../server/commands/convert.ts';
import { repairFile, repairText } from '../../../../server/commands/repair.ts';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import type { RecordingReader } from '../../../../server/tape/ports.ts';
import { inspectTape } from '../../../../server/tape/file/inspect-tape.ts';
import { TapeReader } from '../../../../server/tape/file/tape-reader.ts';

const SAMPLE = 'examples/recordings/binance-2024-07-to-08.tardis.csv.gz';
const folder = mkdtempSync(join(tmpdir(), 'tickwire-convert-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function eventsOf(reader: RecordingReader): MarketEvent[] {
  const events: MarketEvent[] = [];
  reader.play(0, reader.events, (event) => events.push(structuredClone(event)));
  return events;
}

describe('tickwire convert', () => {
  it('makes a tape that plays as the files do', async () => {
    const to = join(folder, 'sample.tape');
    const conversion = await convertFiles([SAMPLE], to);
    const { recording } = await openRecording([SAMPLE]);
    expect(conversion).toMatchObject({ events: recording.events, refused: 0 });
    expect(conversionText(conversion, to)).toMatch(
      /^Wrote [\d,]+ events of [\d,]+ rows to .*: [\d,]+ bytes, \d\.\d\d an event\.$/,
    );
    const reader = TapeReader.open(to);
    expect(reader.instruments).toEqual(recording.instruments);
    expect(eventsOf(reader)).toEqual(eventsOf(recording));
    expect(reader.density(60_000_000)).toEqual(recording.density(60_000_000));
    reader.close();
    expect(inspectTape(to)).toMatchObject({
      header: { sources: ['binance-2024-07-to-08.tardis.csv.gz'] },
      isClosed: true,
      events: recording.events,
      lostEvents: 0,
      damage: [],
      gaps: [],
    });
    await expect(convertFiles([SAMPLE], to)).rejects.toThrow('exists already');
  });
});

describe('tickwire repair', () => {
  it('says what it saved and what was lost', async () => {
    const from = join(folder, 'whole.tape');
    await convertFiles([SAMPLE], from);
    const bytes = readFileSync(from);
    const whole = repairFile(from, join(folder, 'same.tape'));
    expect(repairText(whole, 'same.tape')).toMatch(
      /^Wrote [\d,]+ events to same\.tape\. Nothing was damaged\.$/,
    );
    const cut = join(folder, 'cut.tape');
    writeFileSync(cut, bytes.subarray(0, bytes.length - 10));
    const report = repairFile(cut, join(folder, 'mended.tape'));
    expect(report).toMatchObject({ events: whole.events, lostEvents: 0, cutBytes: 70 });
    expect(repairText(report, 'mended.tape')).toContain('70 bytes of an unfinished block at the end cut.');
  });
});
