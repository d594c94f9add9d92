import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../engine/ports.ts';
import type { ImportReport } from '../formats/open-recording.ts';
import { makeFolder } from '../make-folder.ts';
import { freeName, uploadName } from './recording-name.ts';
import { RecordingsError } from './recordings-error.ts';
import type { WorkOrder, WorkWord } from './work.ts';

const WORKERS_MAX = 2;
const JOBS_MAX = 16;
/** How long an ended job is told of, and how long one may wait for the next file. */
const KEPT_US = 600_000_000;
const FILES_MAX = 100;
/** Beside the uploads, whose names are not ours. */
const MADE = '.made';

/** Tells the folders of this process from those of an earlier one with the same number, as in a container. */
const RUN = randomBytes(4).toString('hex');

/** Source or built, as this file is. */
const WORKER = new URL(
  `./recording-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/** A recording that is being made of something else: uploaded files, or a part of the rolling tape. */
export interface RecordingJob {
  readonly id: string;
  readonly kind: 'import' | 'keep';
  /** What it is to be called. */
  readonly name: string;
  /** `receiving` files, `waiting` for its turn, `working`; the others are the end. */
  readonly state: 'receiving' | 'waiting' | 'working' | 'done' | 'failed' | 'cancelled';
  /** Bytes received. */
  readonly bytes: number;
  /** Share of the work, 0 to 1, and rows taken in. */
  readonly done: number;
  readonly rows: number;
  /** Why it failed, or what is to be known of the outcome; empty = nothing. */
  readonly message: string;
  /** Of an import that is done. */
  readonly report: ImportReport | null;
  /** Name of the recording that came of it. */
  readonly recording: string | null;
}

interface Entry {
  job: RecordingJob;
  readonly folder: string;
  readonly files: string[];
  order: WorkOrder | null;
  worker: Worker | null;
  readonly abort: AbortController;
  touchedUs: number;
  /** Uploads that run. */
  uploads: number;
  /** It ended, and nothing of it is left. */
  readonly settled: PromiseWithResolvers<RecordingJob>;
}

type KeepOrder = Omit<WorkOrder & { kind: 'keep' }, 'to' | 'kind'>;

export interface RecordingJobsOptions {
  /** For what is on its way; each job has a folder of its own in it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly bytesMax: number;
  /** Takes a finished tape into the library. Returns the name that it got. */
  readonly place: (path: string, name: string) => string;
}

/** Makes recordings on threads of their own, two at a time. Invariant: a job that ended, however, leaves nothing in its folder. */
export class RecordingJobs {
  readonly #options: RecordingJobsOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: RecordingJobsOptions) {
    this.#options = options;
    removeAbandoned(options.folder);
  }

  list(): RecordingJob[] {
    return [...this.#entries.values()].map(({ job }) => job);
  }

  /** @throws RecordingsError */
  get(id: string): RecordingJob {
    return this.#entry(id).job;
  }

  beginImport(name: string): RecordingJob {
    return this.#begin('import', name, 'receiving').job;
  }

  /** Stores one file of an import. @throws RecordingsError */
  async receive(id: string, file: string, bytes: Readable): Promise<RecordingJob> {
    const entry = this.#receiving(id);
    if (entry.files.length >= FILES_MAX)
      throw new RecordingsError('too-many', `An import has ${FILES_MAX} files at most.`);
    // By the list: a file that is being received may not be on the disk yet.
    const name = freeName(uploadName(file), (taken) => entry.files.includes(join(entry.folder, taken)));
    const path = join(entry.folder, name);
    entry.files.push(path);
    entry.uploads += 1;
    try {
      const { signal } = entry.abort;
      await pipeline(bytes, this.#counter(entry), createWriteStream(path, { flags: 'wx' }), { signal });
      return entry.job;
    } catch (error) {
      const refusal = error instanceof RecordingsError ? error : uploadFault(error);
      if (entry.job.state === 'receiving') this.#end(entry, 'failed', { message: refusal.message });
      throw refusal;
    } finally {
      entry.uploads -= 1;
    }
  }

  /** Everything was received: the import begins. @throws RecordingsError */
  startImport(
    id: string,
    { strict = false, map = null }: { strict?: boolean; map?: string | null },
  ): RecordingJob {
    const entry = this.#receiving(id);
    if (entry.files.length === 0 || entry.uploads > 0)
      throw new RecordingsError('busy', 'An import begins when its files are there.');
    return this.#queue(entry, { kind: 'import', files: entry.files, strict, map, to: madeIn(entry) });
  }

  keep(name: string, order: KeepOrder): RecordingJob {
    const entry = this.#begin('keep', name, 'waiting');
    return this.#queue(entry, { kind: 'keep', ...order, to: madeIn(entry) });
  }

  /** @throws RecordingsError */
  cancel(id: string): RecordingJob {
    const entry = this.#entry(id);
    if (!isEnded(entry)) this.#end(entry, 'cancelled', {});
    return entry.job;
  }

  /** Forgets jobs that ended a while ago, and gives up those whose files never came. */
  sweep(): void {
    const oldestUs = this.#options.clock.nowUs() - KEPT_US;
    for (const [id, entry] of this.#entries) {
      if (entry.touchedUs > oldestUs) continue;
      if (isEnded(entry)) this.#entries.delete(id);
      else if (entry.job.state === 'receiving' && entry.uploads === 0)
        this.#end(entry, 'failed', { message: 'Its files never came.' });
    }
  }

  /** The job at its end. @throws RecordingsError */
  settled(id: string): Promise<RecordingJob> {
    return this.#entry(id).settled.promise;
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    for (const entry of entries) if (!isEnded(entry)) this.#end(entry, 'cancelled', {});
    await Promise.all(entries.map(({ settled }) => settled.promise));
  }

  #begin(kind: RecordingJob['kind'], name: string, state: RecordingJob['state']): Entry {
    if ([...this.#entries.values()].filter((entry) => !isEnded(entry)).length >= JOBS_MAX)
      throw new RecordingsError('too-many', `${JOBS_MAX} imports wait already: come back later.`);
    const id = randomBytes(8).toString('hex');
    const folder = join(this.#options.folder, `${process.pid}-${RUN}-${id}`);
    makeFolder(join(folder, MADE));
    const none = { bytes: 0, done: 0, rows: 0, message: '', report: null, recording: null };
    const entry: Entry = {
      job: { id, kind, name, state, ...none },
      folder,
      files: [],
      order: null,
      worker: null,
      abort: new AbortController(),
      touchedUs: this.#options.clock.nowUs(),
      uploads: 0,
      settled: Promise.withResolvers(),
    };
    this.#entries.set(id, entry);
    return entry;
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new RecordingsError('missing', 'There is no such import.');
    return entry;
  }

  #receiving(id: string): Entry {
    const entry = this.#entry(id);
    if (entry.job.state !== 'receiving')
      throw new RecordingsError('busy', 'This import takes no more files.');
    return entry;
  }

  #counter(entry: Entry): Transform {
    const { bytesMax, clock } = this.#options;
    return new Transform({
      transform: (chunk: Uint8Array, _encoding, done) => {
        const bytes = entry.job.bytes + chunk.length;
        if (bytes > bytesMax) {
          const limit = bytesMax.toLocaleString('en-US');
          return done(new RecordingsError('too-large', `An upload may have ${limit} bytes at most.`));
        }
        entry.job = { ...entry.job, bytes };
        entry.touchedUs = clock.nowUs();
        return done(null, chunk);
      },
    });
  }

  #queue(entry: Entry, order: WorkOrder): RecordingJob {
    entry.order = order;
    entry.job = { ...entry.job, state: 'waiting' };
    this.#next();
    return entry.job;
  }

  #next(): void {
    const entries = [...this.#entries.values()];
    let free = WORKERS_MAX - entries.filter(({ worker }) => worker !== null).length;
    for (const entry of entries) {
      if (free <= 0) return;
      if (entry.job.state !== 'waiting' || entry.order === null) continue;
      this.#work(entry, entry.order);
      free -= 1;
    }
  }

  #work(entry: Entry, order: WorkOrder): void {
    entry.job = { ...entry.job, state: 'working' };
    const worker = new Worker(WORKER, { workerData: order, execArgv: [] });
    entry.worker = worker;
    worker.on('message', (word: WorkWord) => {
      if (!isEnded(entry)) this.#hear(entry, order, word);
    });
    worker.once('error', (error) => this.#gone(entry, error.message));
    worker.once('exit', () => this.#gone(entry, 'it ended without a word'));
  }

  #gone(entry: Entry, reason: string): void {
    if (!isEnded(entry)) this.#end(entry, 'failed', { message: `This is a fault of Tickwire: ${reason}.` });
  }

  #hear(entry: Entry, order: WorkOrder, word: WorkWord): void {
    switch (word.type) {
      case 'progress':
        entry.job = { ...entry.job, done: word.done, rows: word.rows };
        return;
      case 'failed':
        return this.#end(entry, 'failed', { message: word.message });
      case 'done': {
        let recording: string;
        try {
          recording = this.#options.place(order.to, entry.job.name);
        } catch (error) {
          if (!(error instanceof Error) || !('code' in error)) throw error;
          const message = `The folder of recordings cannot be written (${String(error.code)}).`;
          return this.#end(entry, 'failed', { message });
        }
        const { report, notice: message } = word;
        const rows = report?.rows ?? entry.job.rows;
        return this.#end(entry, 'done', { done: 1, rows, report, message, recording });
      }
    }
  }

  #end(entry: Entry, state: RecordingJob['state'], outcome: Partial<RecordingJob>): void {
    const told = withoutFolder({ ...entry.job, ...outcome, state }, entry.folder);
    entry.job = told;
    entry.touchedUs = this.#options.clock.nowUs();
    entry.abort.abort();
    const remove = (): void => {
      entry.worker = null;
      try {
        rmSync(entry.folder, { recursive: true, force: true });
      } catch {
        // The next start removes what was left.
      }
      entry.settled.resolve(entry.job);
      this.#next();
    };
    if (entry.worker === null) remove();
    // What it still writes is gone only when it is.
    else void entry.worker.terminate().then(remove);
  }
}

function madeIn({ folder }: Entry): string {
  return join(folder, MADE, 'recording.tape');
}

function isEnded({ job }: Entry): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';
}

/** Why the bytes of an upload did not all come to lie in its file: what the disk refuses is no fault of the sender. */
function uploadFault(error: unknown): RecordingsError {
  const { syscall, code } = error as NodeJS.ErrnoException;
  if (syscall === 'open' || syscall === 'write' || syscall === 'close')
    return new RecordingsError('disk', `The folder of recordings cannot be written (${code}).`);
  return new RecordingsError('broken-upload', 'The upload was broken off.');
}

/** Where this machine keeps uploads is nobody's business. */
function withoutFolder(job: RecordingJob, folder: string): RecordingJob {
  const message = job.message.replaceAll(folder + sep, '');
  if (job.report === null) return { ...job, message };
  const text = JSON.stringify(job.report).replaceAll(JSON.stringify(folder + sep).slice(1, -1), '');
  return { ...job, message, report: JSON.parse(text) as ImportReport };
}

/** What a process left that ended in the middle of its jobs. */
function removeAbandoned(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const [, pid, run] = /^(\d+)-([0-9a-f]+)-/.exec(name) ?? [];
    const isOurs = Number(pid) === process.pid ? run === RUN : isAlive(Number(pid));
    if (!isOurs) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
