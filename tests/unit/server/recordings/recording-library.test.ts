import { existsSync, mkdirSync, readdirSync, rmSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { RecordingJob } from '../../../../server/recordings/recording-jobs.ts';
import type { RecordingLibraryOptions } from '../../../../server/recordings/recording-library.ts';
import { RecordingsError } from '../../../../server/recordings/recordings-error.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { definition } from '../tape/file/tapes.ts';
import { counted } from '../tape/rolling/rolling-market.ts';
import { freshFolder, heldBy, LiveTestMarket } from './live-market.ts';

/** A thread that loads every format takes a second, on a busy machine several. */
const WORKER_TIMEOUT_MS = 60_000;

const markets: LiveTestMarket[] = [];
afterEach(() => Promise.all(markets.splice(0).map((market) => market.close())));

function market(
  options: Partial<RecordingLibraryOptions> = {},
  folder = freshFolder(),
  clock = new ManualClock(),
): LiveTestMarket {
  const made = new LiveTestMarket(options, folder, clock);
  markets.push(made);
  return made;
}

const ended = ({ library }: LiveTestMarket, id: string): Promise<RecordingJob> => library.jobs.settled(id);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RecordingsError) return error.fault;
    throw error;
  }
  return 'nothing';
}

const TRADES = `symbol,time,price,qty
AAPL,2026-01-02T10:00:00.000Z,100.25,3
AAPL,2026-01-02T10:00:01.500Z,100.5,1
AAPL,2026-01-02T10:00:02.000Z,100.75,2
`;

describe('a recording on request', () => {
  it('begins with the state of its moment and holds what came until it was stopped', async () => {
    const { library, ...live } = market();
    const made = markets[0]!;
    made.book(0, [101, 5, 100, 6]);
    made.run(10_000);
    expect(library.record({ name: 'noon' })).toMatchObject({
      name: 'noon',
      state: 'recording',
      untilUs: null,
    });
    made.run(5_000);
    expect(await library.list()).toMatchObject([{ name: 'noon', state: 'recording', events: 5 }]);
    expect(library.stop('noon')).toMatchObject({ state: 'complete', events: 5, instrumentCount: 2 });
    made.run(5_000);
    const held = heldBy(library.path('noon'));
    expect(held.prices).toEqual(counted(11, 15));
    expect(held.start).toEqual({
      AAA: { last: 10, trades: 5, bids: [101, 5, 100, 6] },
      BBB: { last: 9, trades: 5, bids: null },
    });
    expect(held.isWhole).toBe(true);
    const [info] = await library.list();
    expect(info!.density.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(readdirSync(join(live.folder, 'recordings')).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('[TF31] is packed when it has ended, and what was left of that by a crash is thrown away', async () => {
    const made = market();
    made.library.record({ name: 'long' });
    for (let second = 0; second < 60; second += 1) made.run(1_000);
    const { bytes } = made.library.stop('long')!;
    made.run(1_000);
    await expect.poll(() => made.library.info('long').bytes).toBeLessThan(bytes / 2);
    expect(made.library.info('long')).toMatchObject({ state: 'complete', events: 60 });
    expect(heldBy(made.library.path('long')).prices).toEqual(counted(1, 60));
    const left = `${made.library.path('long')}.packing`;
    writeFileSync(left, 'half of it');
    await markets.pop()!.close();
    market({}, made.folder);
    expect(existsSync(left)).toBe(false);
  });

  it('of named instruments holds these only, wants them as a viewer does, and takes in those that come later', () => {
    const made = market();
    made.run(4_000);
    made.library.record({ name: 'some', selectors: ['BBB', 'C*'] });
    expect([...made.held]).toEqual([[1, 1]]);
    made.define(definition('CCC'));
    made.define(definition('DDD'));
    expect([...made.held]).toEqual([
      [1, 1],
      [2, 1],
    ]);
    made.run(4_000);
    made.library.stop('some');
    expect([...made.held.values()]).toEqual([0, 0]);
    const held = heldBy(made.library.path('some'));
    expect(held.prices).toEqual([5, 7]);
    expect(held.symbols).toEqual(['BBB', 'CCC']);
    expect(Object.keys(held.start)).toEqual(['BBB']);
  });

  it('ends by itself at its time', () => {
    const made = market();
    made.library.record({ name: 'short', untilUs: made.clock.nowUs() + 10_000_000 });
    made.run(30_000);
    expect(made.library.info('short').state).toBe('complete');
    expect(heldBy(made.library.path('short')).prices).toEqual(counted(1, 10));
  });

  it('in which nothing came is not kept', () => {
    const made = market();
    made.library.record({ name: 'empty' });
    expect(made.library.stop('empty')).toBe(null);
    expect(refusal(() => made.library.info('empty'))).toBe('missing');
  });

  it('is refused with a reason where it cannot be', () => {
    const made = market();
    const { library } = made;
    library.record({ name: 'one' });
    made.trade();
    expect(refusal(() => library.record({ name: 'one' }))).toBe('taken');
    for (const name of ['../out', 'a/b', '.hidden', '', 'con', 'a\u0000b', 'x'.repeat(101), ' a', 'a.'])
      expect([name, refusal(() => library.record({ name }))]).toEqual([name, 'bad-name']);
    expect(refusal(() => library.record({ selectors: [''] }))).toBe('bad-selection');
    expect(refusal(() => library.record({ untilUs: 5 }))).toBe('bad-time');
    expect(refusal(() => library.stop('two'))).toBe('missing');
    expect(refusal(() => library.remove('one'))).toBe('busy');
    expect(refusal(() => library.path('../../etc/passwd'))).toBe('missing');
    for (let count = 1; count < 16; count += 1) library.record({});
    expect(refusal(() => library.record({}))).toBe('too-many');
    expect(refusal(() => market({ live: null }).library.record({}))).toBe('no-source');
  });

  it('that a crash tore is put in order at the next start', async () => {
    const first = market();
    first.library.record({ name: 'torn' });
    first.run(5_000);
    const file = first.library.file('torn');
    const left = readFileSync(file.path).subarray(0, -5);
    const folder = freshFolder();
    mkdirSync(join(folder, 'recordings'), { recursive: true });
    writeFileSync(join(folder, 'recordings', 'torn.tape'), left);
    writeFileSync(join(folder, 'recordings', 'junk.tape'), 'no tape');
    writeFileSync(join(folder, 'recordings', 'notes.txt'), 'no recording');
    const next = market({}, folder);
    expect(next.notices).toHaveLength(1);
    expect(next.notices[0]).toMatch(/torn\.tape: cut \d+ bytes of an unfinished block/);
    expect(await next.library.list()).toMatchObject([
      { name: 'torn', state: 'complete', events: 4 },
      {
        name: 'junk',
        state: 'damaged',
        message: 'junk is no tape: neither its header nor a block can be read.',
      },
    ]);
  });

  it('[TF26] of a server elsewhere is put in order when that gives no more signs', async () => {
    const first = market();
    first.library.record({ name: 'left' });
    first.run(5_000);
    const { path } = first.library.file('left');
    const lock = JSON.parse(readFileSync(`${path}.lock`, 'utf8')) as object;
    const folder = freshFolder();
    const copy = join(folder, 'recordings', 'left.tape');
    mkdirSync(join(folder, 'recordings'), { recursive: true });
    writeFileSync(copy, readFileSync(path));
    writeFileSync(`${copy}.lock`, JSON.stringify({ ...lock, started: 'another-boot/1' }));
    const next = market({}, folder);
    next.run(9_000);
    expect(next.notices).toEqual([]);
    expect(await next.library.list()).toMatchObject([{ name: 'left', state: 'recording' }]);
    expect(refusal(() => next.library.remove('left'))).toBe('busy');
    next.run(3_000);
    expect(next.notices).toEqual([expect.stringContaining('left.tape: was not closed')]);
    expect(await next.library.list()).toMatchObject([{ name: 'left', state: 'complete', events: 5 }]);
    next.library.remove('left');
  });
});

describe('a schedule', () => {
  const at = '12:10';
  const schedule = [{ name: 'daily', at, zone: 'UTC', for: 60_000, selectors: ['AAA'] }];

  it('records by the clock, day by day', { timeout: 60_000 }, () => {
    const made = market({ schedule });
    made.run(15 * 60_000);
    expect(made.library.info('daily 2026-10-01 12.10')).toMatchObject({ state: 'complete', events: 30 });
    made.clock.advance(24 * 3_600_000 - 15 * 60_000);
    made.run(15 * 60_000);
    expect(made.library.info('daily 2026-10-02 12.10')).toMatchObject({ state: 'complete', events: 30 });
    expect(made.notices).toEqual([]);
  });

  it('goes on with what is left of a window in which the server starts, beside what there was', () => {
    const clock = new ManualClock(1_790_856_000_000_000 + 630_000_000);
    const folder = freshFolder();
    mkdirSync(join(folder, 'recordings'), { recursive: true });
    writeFileSync(join(folder, 'recordings', 'daily 2026-10-01 12.10.tape'), 'of an earlier start');
    const made = market({ schedule }, folder, clock);
    made.run(60_000);
    expect(made.library.info('daily 2026-10-01 12.10 (2)')).toMatchObject({ events: 15 });
  });

  it('says why a recording did not begin', () => {
    const made = market({ schedule, live: null });
    made.clock.advance(11 * 60_000);
    expect(made.notices).toEqual([
      'The scheduled recording daily 2026-10-01 12.10 did not begin: A server that replays has no live market to record.',
    ]);
  });
});

describe('a part of the tape', { timeout: WORKER_TIMEOUT_MS }, () => {
  it('is kept as a recording, with the state that it begins from', async () => {
    const made = market();
    const startUs = made.clock.nowUs();
    made.run(300_000);
    const range = { fromUs: startUs + 150_000_000, toUs: startUs + 159_000_000 };
    const job = made.library.keep({ name: 'kept', ...range, selectors: ['AAA'] });
    expect(await ended(made, job.id)).toMatchObject({ state: 'done', recording: 'kept', message: '' });
    const held = heldBy(made.library.path('kept'));
    expect(held.prices).toEqual([152, 154, 156, 158, 160]);
    expect(held.start).toEqual({ AAA: { last: 150, trades: 75, bids: null } });
    expect(held.isWhole).toBe(true);
    expect(readdirSync(join(made.folder, 'recordings', '.incoming'))).toEqual([]);
  });

  it('up to now is kept up to the last event', async () => {
    const made = market();
    made.run(5_000);
    made.trade(3);
    const job = made.library.keep({ fromUs: 0, toUs: made.clock.nowUs() });
    const { recording } = await ended(made, job.id);
    expect(heldBy(made.library.path(recording!)).prices).toEqual(counted(1, 8));
  });

  it('without an event, or without a tape, is refused with a reason', async () => {
    const made = market();
    made.run(5_000);
    const job = made.library.keep({ fromUs: 5, toUs: 6 });
    expect(await ended(made, job.id)).toMatchObject({
      state: 'failed',
      message: 'The tape holds nothing of these instruments in that time.',
    });
    expect(await made.library.list()).toEqual([]);
    expect(refusal(() => made.library.keep({ fromUs: 6, toUs: 5 }))).toBe('bad-time');
    expect(refusal(() => market({ tape: null }).library.keep({ fromUs: 5, toUs: 6 }))).toBe('no-source');
  });
});

describe('an import', { timeout: WORKER_TIMEOUT_MS }, () => {
  it('becomes a recording, with the report of what was in the file', async () => {
    const made = market();
    const { jobs } = made.library;
    const { id } = made.library.beginImport('apple');
    await jobs.receive(id, '../apple.csv', Readable.from([Buffer.from(TRADES)]));
    expect(jobs.startImport(id, {}).state).toBe('working');
    const job = await ended(made, id);
    expect(job).toMatchObject({ state: 'done', recording: 'apple', rows: 3, bytes: TRADES.length, done: 1 });
    expect(job.report!.files).toMatchObject([{ path: 'apple.csv', rows: 3 }]);
    expect(made.library.info('apple')).toMatchObject({ state: 'complete', events: 3, instrumentCount: 1 });
    expect(existsSync(join(made.folder, 'apple.csv'))).toBe(false);
  });

  it('of a tape is the tape itself, its torn end cut', async () => {
    const made = market();
    made.library.record({ name: 'one' });
    made.run(5_000);
    const bytes = readFileSync(made.library.file('one').path).subarray(0, -3);
    const { id } = made.library.beginImport('two');
    await made.library.jobs.receive(id, 'x.tape', Readable.from([bytes]));
    made.library.jobs.startImport(id, {});
    expect(await ended(made, id)).toMatchObject({ state: 'done', message: 'Its end was torn, and was cut.' });
    expect(heldBy(made.library.path('two')).prices).toEqual(counted(1, 4));
  });

  it('says in one sentence why it failed, without the folders of this machine, and leaves nothing', async () => {
    const made = market();
    const { id } = made.library.beginImport('bad');
    await made.library.jobs.receive(id, 'bad.csv', Readable.from([Buffer.from('just some words\n')]));
    made.library.jobs.startImport(id, {});
    const job = await ended(made, id);
    expect(job).toMatchObject({ state: 'failed', recording: null });
    expect(job.message).toMatch(/^bad\.csv, row 1: found "just some words", .*\.$/);
    await made.library.close();
    expect(readdirSync(join(made.folder, 'recordings', '.incoming'))).toEqual([]);
  });

  it('beyond the limit, broken off or cancelled leaves nothing', async () => {
    const made = market({ importBytesMax: 10 });
    const { jobs } = made.library;
    const { id } = made.library.beginImport('large');
    await expect(jobs.receive(id, 'large', Readable.from([Buffer.alloc(11)]))).rejects.toThrow(
      'An upload may have 10 bytes at most.',
    );
    expect(jobs.get(id).state).toBe('failed');
    const broken = made.library.beginImport('broken').id;
    const source = new Readable({ read() {} });
    const receiving = jobs.receive(broken, 'broken', source);
    source.destroy(new Error('gone'));
    await expect(receiving).rejects.toThrow('The upload was broken off.');
    const called = made.library.beginImport('called off').id;
    const endless = jobs.receive(called, 'x', new Readable({ read() {} }));
    expect(jobs.cancel(called).state).toBe('cancelled');
    await expect(endless).rejects.toThrow(RecordingsError);
    expect(readdirSync(join(made.folder, 'recordings', '.incoming'))).toEqual([]);
    const waiting = made.library.beginImport('waiting').id;
    made.clock.advance(601_000);
    expect(jobs.get(waiting)).toMatchObject({ state: 'failed', message: 'Its files never came.' });
    made.clock.advance(601_000);
    expect(refusal(() => jobs.get(waiting))).toBe('missing');
  });

  it('that the disk refuses is told as that, and not as a fault of the sender', async () => {
    const made = market();
    const { id } = made.library.beginImport('refused');
    rmSync(join(made.folder, 'recordings', '.incoming'), { recursive: true });
    const says = 'The folder of recordings cannot be written (ENOENT).';
    await expect(
      made.library.jobs.receive(id, 'x.csv', Readable.from([Buffer.from('x')])),
    ).rejects.toMatchObject({ fault: 'disk', message: says });
    expect(made.library.jobs.get(id)).toMatchObject({ state: 'failed', message: says });
  });

  it('that a crash left half done is cleared away at the next start', () => {
    const folder = freshFolder();
    const left = join(folder, 'recordings', '.incoming', '4194305-00000000-1');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'x.csv'), 'half');
    market({}, folder);
    expect(existsSync(left)).toBe(false);
  });
});

describe('a deleted recording', () => {
  it('can be had back for ten minutes, also under a name that was given again, and is gone then', async () => {
    const made = market();
    const { library } = made;
    for (const count of [1, 2]) {
      library.record({ name: 'one' });
      made.run(count * 2_000);
      library.stop('one');
      if (count === 1) library.remove('one');
    }
    const [deleted] = library.deleted();
    expect(deleted!.name).toBe('one');
    expect(library.restore(deleted!.id)).toMatchObject({ name: 'one (2)', events: 2 });
    expect(refusal(() => library.restore(deleted!.id))).toBe('missing');
    const again = library.remove('one (2)');
    expect((await library.list()).map(({ name }) => name)).toEqual(['one']);
    expect(again.untilUs).toBeLessThanOrEqual(made.clock.nowUs() + 600_000_000);
    made.clock.advance(601_000);
    expect(library.deleted()).toEqual([]);
    expect(refusal(() => library.restore(again.id))).toBe('missing');
    expect(readdirSync(join(made.folder, 'recordings', '.trash'))).toEqual([]);
  });
});
