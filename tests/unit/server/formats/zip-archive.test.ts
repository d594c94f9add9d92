import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles, tradeRow, TRADES_HEADER } from './recording-files.ts';
import { zipOf } from './zip-writer.ts';

const files = new RecordingFiles();

/** Trades at these microseconds after midnight, the id of each being its stamp. */
const trades = (...stamps: number[]) =>
  [
    TRADES_HEADER,
    ...stamps.map((stamp) => tradeRow({ id: stamp, local_timestamp: 1_723_075_200_000_000 + stamp })),
    '',
  ].join('\n');
const open = async (zip: Uint8Array) => openRecording([files.write('a.zip', zip)]);
const ids = (events: ReturnType<typeof playAll>) =>
  events.map((event) => (event.type === 'trade' ? Number(event.tradeId) : event.type));

describe('a zip archive', () => {
  it('is known by its content and read member by member, deflated, stored or gzip within', async () => {
    const zip = zipOf([
      { name: 'a.csv', content: trades(1, 4) },
      { name: 'sub/b.csv', content: trades(2, 5), stored: true },
      { name: 'c.csv.gz', content: gzipSync(trades(3)) },
    ]);
    const { recording, report } = await open(zip);
    expect(ids(playAll(recording))).toEqual([1, 2, 3, 4, 5]);
    expect(report.files.map(({ member, rows, compression }) => [member, rows, compression])).toEqual([
      ['a.csv', 2, 'zip'],
      ['b.csv', 2, 'zip'],
      ['c.csv.gz', 1, 'zip'],
    ]);
  });

  it('of more members than builders are held keeps their order where times are equal', async () => {
    const content = trades(7);
    const parts = Array.from({ length: 150 }, (_, number) => ({
      name: `${number}.csv`,
      content: content.replace(',7,buy', `,${number},buy`),
    }));
    const { recording, report } = await open(zipOf(parts));
    expect(report.events.trade).toBe(150);
    expect(ids(playAll(recording))).toEqual(parts.map((_, number) => number));
  });

  it('passes over what archivers add and tells which members hold no recording', async () => {
    const { report } = await open(
      zipOf([
        { name: 'folder/', content: '', stored: true },
        { name: '__MACOSX/._a.csv', content: 'x' },
        { name: '.DS_Store', content: 'x' },
        { name: 'README.txt', content: 'About these trades.\n' },
        { name: 'none.csv', content: '' },
        { name: 'a.csv', content: trades(1) },
      ]),
    );
    expect(report.skipped.map(({ member }) => member)).toEqual(['README.txt', 'none.csv']);
    expect(report.skipped[0]!.reason).toMatch(
      /^.*a\.zip \(README\.txt\), row 1: found "About these trades\."/,
    );
    expect(report.anomalies).toMatchObject({ members_skipped: 2 });
    expect(report.rows).toBe(1);
  });

  it('tells how far it is, to the end of its last member', async () => {
    const seen: number[] = [];
    const zip = zipOf([{ name: 'a.csv', content: trades(1, 2, 3) }]);
    await openRecording([files.write('p.zip', zip)], {
      onProgress: ({ bytesRead, bytesTotal }) => seen.push(bytesRead / bytesTotal),
    });
    expect(seen.at(-1)).toBeGreaterThan(0);
    expect(seen.every((share) => share <= 1)).toBe(true);
  });

  it.each([
    [
      'cut off',
      () => zipOf([{ name: 'a.csv', content: trades(1) }]).subarray(0, -30),
      'f is cut off: expected the end of its zip data, where the list of its members stands.',
    ],
    [
      'without members',
      () => zipOf([]),
      'f is a zip archive without members: expected a recording of market data.',
    ],
    [
      'of a password',
      () => zipOf([{ name: 'a.csv', content: trades(1), claims: { flags: 1 } }]),
      'f (a.csv) is encrypted: expected a zip archive without a password.',
    ],
    [
      'of a method that is not deflate',
      () => zipOf([{ name: 'a.csv', content: trades(1), claims: { method: 93 } }]),
      'f (a.csv) is compressed by method 93: expected a zip member that is stored or deflated.',
    ],
    [
      'a bomb',
      () => zipOf([{ name: 'a.csv', content: trades(1), claims: { size: 1_000_000_000 } }]),
      /^f \(a\.csv\) would grow from \d+ to 1000000000 bytes: expected at most 250 times its compressed size\.$/,
    ],
    [
      'longer than its directory says',
      () => zipOf([{ name: 'a.csv', content: trades(1, 2, 3), claims: { size: 70 } }]),
      /^f \(a\.csv\) is damaged: expected sound zip data(?: after row \d+)? \(too many bytes/,
    ],
    [
      'of a wrong checksum',
      () => zipOf([{ name: 'a.csv', content: trades(1, 2), claims: { sum: 1 } }]),
      'f (a.csv) is damaged: expected sound zip data after row 3 (incorrect data check).',
    ],
    [
      'with a row that is wrong',
      () => zipOf([{ name: 'a.csv', content: trades(1).replace('buy', 'left') }]),
      'f (a.csv), row 2, column side: found "left", expected buy, sell or unknown.',
    ],
    [
      'within an archive',
      () => zipOf([{ name: 'b.zip', content: zipOf([{ name: 'a.csv', content: trades(1) }]) }]),
      /^f \(b\.zip\) is a zip archive: expected CSV/,
    ],
    ['in gzip', () => gzipSync(zipOf([])), /^f is a zip archive: expected CSV/],
  ])('%s is refused in a sentence', async (_, zip, sentence) => {
    const found = await files.refusal(zip(), 'f');
    if (typeof sentence === 'string') expect(found).toBe(sentence);
    else expect(found).toMatch(sentence);
  });

  it('with damaged data is refused, naming the member', async () => {
    const zip = zipOf([
      { name: 'a.csv', content: trades(...Array.from({ length: 5000 }, (_, id) => id * 7919)) },
    ]);
    // The head of the first deflate block, behind 30 bytes of header and the name.
    zip[35] = 0xff;
    expect(await files.refusal(zip, 'f')).toMatch(/^f \(a\.csv\) is damaged: expected sound zip data/);
  });

  it('in a pipe is refused, as its directory is at its end', async () => {
    const pipe = join(files.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const path = files.write('whole.zip', zipOf([{ name: 'a.csv', content: trades(1) }]));
    const writing = import('node:fs/promises').then(async ({ readFile, writeFile }) =>
      writeFile(pipe, await readFile(path)),
    );
    const fault = await files.fault([pipe]);
    await writing;
    expect(fault.message).toMatch(/pipe is a zip archive in a pipe: expected a file/);
  });
});
