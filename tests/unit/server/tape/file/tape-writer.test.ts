import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openTapeWriter } from '../../../../../server/tape/file/open-tape-writer.ts';
import { TapeError } from '../../../../../server/tape/file/tape-error.ts';
import { TapeReader } from '../../../../../server/tape/file/tape-reader.ts';
import { FileStorage, type TapeStorage } from '../../../../../server/tape/file/tape-storage.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { definition, eventsOf, freshPath, open, read, smallTape, trade, written } from './tapes.ts';

/** A disk with room for so many bytes, which writes what fits of the last piece. */
class SmallDisk implements TapeStorage {
  readonly #file: FileStorage;
  readonly #path: string;
  readonly #bytesMax: number;
  /** Times that the disk was asked to keep what it has. */
  syncs = 0;

  constructor(path: string, bytesMax: number) {
    this.#file = new FileStorage(path);
    this.#path = path;
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#file.size;
  }

  append(bytes: Uint8Array): void {
    const room = this.#bytesMax - this.size;
    this.#file.append(bytes.subarray(0, room));
    if (bytes.length > room) throw new TapeError('disk-full', this.#path, 'cannot grow (ENOSPC).');
  }

  truncate(size: number): void {
    this.#file.truncate(size);
  }

  syncSoon(): void {
    this.syncs += 1;
  }

  syncNow(): void {
    this.#file.syncNow();
  }

  close(): void {
    this.#file.close();
  }
}

describe('TapeWriter', () => {
  it('[TF23] has every event in the file 125 ms after it came', () => {
    const clock = new ManualClock();
    const path = freshPath();
    const { writer } = openTapeWriter(path, { clock });
    writer.define(definition('AAA'));
    writer.onEvent(trade(0, 1, 1));
    clock.advance(124);
    expect(read(path, (reader) => reader.events)).toBe(0);
    clock.advance(1);
    expect(read(path, (reader) => reader.events)).toBe(1);
    writer.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('[TF24] asks the disk once a second to keep what it has', () => {
    const clock = new ManualClock();
    let disk: SmallDisk | null = null;
    const path = freshPath();
    const { writer } = openTapeWriter(path, {
      clock,
      storage: (place) => (disk = new SmallDisk(place, 1e6)),
    });
    clock.advance(3_000);
    expect(disk!.syncs).toBe(3);
    writer.close();
  });

  it('[TF25] stops at a full disk, says so once, and leaves what was written whole', () => {
    const { bytes, blocks } = smallTape();
    for (let room = 200; room < bytes.length; room += 113) {
      const path = freshPath();
      const faults: TapeError[] = [];
      const writer = open(path, {
        storage: (place) => new SmallDisk(place, room),
        onFault: (fault) => faults.push(fault),
      });
      for (const symbol of ['AAA', 'BBB']) writer.define(definition(symbol));
      for (const [block, events] of blocks.entries()) {
        for (let at = 0; at < events.length; at += 1)
          writer.onEvent(trade(at % 2, block * 250_000 + at + 1, block * 100 + at));
        if (writer.fault === null) tryTo(() => writer.flush());
      }
      tryTo(() => writer.close());
      expect(faults.map(({ fault }) => fault)).toEqual(writer.fault === null ? [] : ['disk-full']);
      read(path, (reader) => {
        expect(reader.map).toMatchObject({ damage: [], unfinishedBytes: 0 });
        expect(reader.events + writer.lost).toBe(24);
        expect(reader.events % 6).toBe(0);
      });
    }
  });

  it('[TF26] is the only one of its tape', () => {
    const path = freshPath();
    const writer = open(path);
    expect(() => open(path, { existing: 'append' })).toThrow(
      `${path} is being written by process ${process.pid}: one tape has one writer.`,
    );
    writer.close();
    open(path, { existing: 'append' }).close();
  });

  it.each([
    ['a process that is gone', { pid: 2 ** 22 + 1, started: 'x/1', host: hostname() }, null],
    [
      'an earlier process with the number of one that lives',
      { pid: process.pid, started: 'boot/1', host: hostname() },
      null,
    ],
    [
      'a process of another machine',
      { pid: 1, started: 'x/1', host: 'elsewhere.test' },
      'process 1 on elsewhere.test',
    ],
    ['nobody', 'garbage', 'names nobody'],
  ])('[TF26] takes or refuses the lock of %s', (_, holder, refusal) => {
    const path = freshPath();
    writeFileSync(`${path}.lock`, JSON.stringify(holder));
    if (refusal === null) open(path).close();
    else expect(() => open(path)).toThrow(refusal);
  });

  const stateOf = (pid: number): string => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0]!;
  };

  it.runIf(existsSync('/proc/self/stat'))(
    '[TF26] takes the lock of a process that was killed and keeps its number until its parent looks',
    async () => {
      // What is started behind is left to a program that never asks for its end: a shell would, and so it ends after the shell.
      const parent = spawn('sh', ['-c', 'cat <&3 >/dev/null & echo $!; exec cat'], {
        stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
      });
      try {
        const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
        const pid = Number(line.toString());
        parent.stdin!.write('is the shell gone?');
        await once(parent.stdout!, 'data');
        (parent.stdio[3] as Writable).end();
        await expect.poll(() => stateOf(pid)).toBe('Z');
        const path = freshPath();
        writeFileSync(`${path}.lock`, JSON.stringify({ pid, started: null, host: hostname() }));
        open(path).close();
      } finally {
        parent.stdin!.end();
      }
    },
  );

  it('does not write over a file that is there', () => {
    const path = written(Buffer.from('precious'));
    expect(() => open(path)).toThrow('exists already');
    expect(() => open(path, { existing: 'append' })).toThrow('is no tape');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it('says in one sentence why a folder cannot hold a tape', () => {
    expect(() => open(join(freshPath(), 'x.tape'))).toThrow('does not exist.');
    const folder = freshPath();
    mkdirSync(folder);
    expect(() => open(folder, { existing: 'append' })).toThrow(/is no file|cannot be read/);
  });

  it('[TF28] says what it cut from a tape whose writer died', () => {
    const { bytes } = smallTape();
    const path = written(bytes.subarray(0, bytes.lastIndexOf('TBLK', bytes.length - 500) + 80));
    const size = statSync(path).size;
    const { writer, recovered } = openTapeWriter(path, { clock: new ManualClock(), existing: 'append' });
    expect(recovered).toMatch(/: cut 80 bytes of an unfinished block at the end; .* missing\.$/);
    expect(writer.bytes).toBe(size - 80);
    writer.close();
  });

  it('shows a reader what it appends', () => {
    const path = freshPath();
    const writer = open(path);
    writer.define(definition('AAA'));
    writer.onEvent(trade(0, 1_000, 1));
    writer.flush();
    const reader = TapeReader.open(path);
    expect(reader.refresh()).toBe(false);
    writer.define(definition('BBB'));
    writer.onEvent(trade(1, 2_000, 2));
    writer.onEvent(trade(0, 3_000, 3));
    writer.flush();
    expect(reader.refresh()).toBe(true);
    writer.close();
    reader.refresh();
    expect(eventsOf(reader)).toMatchObject([
      { instrument: 'AAA', price: 1 },
      { instrument: 'BBB', price: 2 },
      { instrument: 'AAA', price: 3 },
    ]);
    expect([reader.instruments.length, reader.lastTimeUs, reader.map.isClosed]).toEqual([2, 3_000, true]);
    reader.close();
  });

  it('[TF20] keeps what a feed said of itself beside the events', () => {
    const path = freshPath();
    const writer = open(path);
    writer.define(definition('AAA'));
    writer.onEvent(trade(0, 1_000, 1));
    writer.onState('down', 'The venue closed the connection.');
    writer.close();
    expect(read(path, (reader) => reader.notes())).toMatchObject([
      { kind: 'feed', state: 'down', text: 'The venue closed the connection.', event: 1 },
    ]);
  });
});

function tryTo(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof TapeError)) throw error;
  }
}
