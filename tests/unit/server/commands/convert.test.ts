import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stepsToText, type MarketEvent } from '#protocol';
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

/** Trades as text, which does not depend on the order of instruments. */
function described(reader: RecordingReader): string[] {
  return eventsOf(reader).map((event) => {
    if (event.type !== 'trade') return event.type;
    const { symbol, tick, lot } = reader.instruments[event.instrument]!;
    const numbers = [stepsToText(event.price, tick), stepsToText(event.size, lot)];
    return [symbol, event.venueTimeUs, event.tradeId, event.aggressor, ...numbers].join(' ');
  });
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

  it('of a file that goes through in parts makes what it makes in one, finer prices and new instruments later on', async () => {
    const rows = Array.from({ length: 150_000 }, (_, row) => {
      const [price, symbol] = row < 100_000 ? [row + 1, 'BTCUSDT'] : [`${row}.25`, `S${row % 3}`];
      const time = 1_723_075_200_000_000 + row;
      return `binance,${symbol},${time},${time},${row % 7 === 0 ? `id-${row}` : row},buy,${price},0.${(row % 9) + 1}`;
    });
    const header = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount';
    const from = join(folder, 'long.csv');
    writeFileSync(
      from,
      [header, ...rows, rows[0]!.replace('BTCUSDT', 'S1').replace(',1,', ',0.125,')].join('\n'),
    );
    const to = join(folder, 'long.tape');
    const conversion = await convertFiles([from], to);
    const { recording, report } = await openRecording([from]);
    expect(conversion).toMatchObject({ events: 150_001, refused: 0, report });
    const reader = TapeReader.open(to);
    expect(described(reader)).toEqual(described(recording));
    reader.close();
  }, 60_000);

  it('says of a tape that it is one, also between other files', async () => {
    const tape = join(folder, 'again.tape');
    await convertFiles([SAMPLE], tape);
    const sentence = /again\.tape is a tape already: convert takes the files of others/;
    await expect(convertFiles([tape], join(folder, 'one.tape'))).rejects.toThrow(sentence);
    await expect(convertFiles([SAMPLE, tape], join(folder, 'both.tape'))).rejects.toThrow(sentence);
    await expect(convertFiles(['none.tape'], join(folder, 'none.tape'))).rejects.toThrow('does not exist');
  });

  it('that fails leaves no file, and one that succeeds no other', async () => {
    const place = join(folder, 'alone');
    mkdirSync(place);
    const whole = readFileSync(SAMPLE);
    const cut = join(folder, 'cut.csv.gz');
    writeFileSync(cut, whole.subarray(0, whole.length >> 1));
    await expect(convertFiles([cut], join(place, 'x.tape'))).rejects.toThrow('is cut off');
    expect(readdirSync(place)).toEqual([]);
    await convertFiles([SAMPLE], join(place, 'x.tape'));
    expect(readdirSync(place)).toEqual(['x.tape']);
  });

  it('leaves broken rows out and tells of them when it may', async () => {
    const from = join(folder, 'broken.csv');
    const header = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount';
    const row = 'v,S,1723075200000000,1723075200000000,1,buy,10,1';
    writeFileSync(from, [header, row, row.replace('10', 'x'), row].join('\n'));
    await expect(convertFiles([from], join(folder, 'strict.tape'))).rejects.toThrow('row 3');
    const to = join(folder, 'lenient.tape');
    const conversion = await convertFiles([from], to, { strict: false });
    expect(conversion).toMatchObject({ events: 2, report: { broken: { rows: 1 } } });
    expect(conversionText(conversion, to)).toMatch(
      /\n1 broken row was left out, the first: .*row 3, column price/,
    );
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
