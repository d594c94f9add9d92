import { LibraryError } from '../client/library-link.ts';
import {
  importPath,
  type ImportReport,
  type RecordingJob,
  type RecordingsApi,
} from '../client/recordings-api.ts';
import type { Upload } from '../client/upload.ts';
import { followJob } from './follow-job.ts';
import type { After } from './recordings.svelte.ts';

/** One import as its page shows it. */
export interface ImportView {
  readonly id: number;
  /** What was chosen: a file's name, or how many files. */
  readonly title: string;
  readonly phase: 'sending' | 'working' | 'done' | 'failed' | 'cancelled';
  /** Share of the phase that is done, 0 to 1. */
  readonly progress: number;
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly rows: number;
  /** What went wrong, or is to be known; empty = nothing. */
  readonly message: string;
  readonly report: ImportReport | null;
  /** Name of the recording that came of it. */
  readonly recording: string | null;
}

export interface ImportOptions {
  readonly name?: string;
  readonly strict?: boolean;
  readonly map?: string;
}

export type SendFile = (
  path: string,
  file: Blob,
  onProgress: (sentBytes: number) => void,
) => Upload<RecordingJob>;

/** A file with its name, as a browser's `File`. */
export type NamedFile = Blob & { readonly name: string };

interface Running {
  upload: Upload<RecordingJob> | null;
  job: string | null;
  unfollow: () => void;
  isCancelled: boolean;
}

/**
 * Imports of this page, from the first byte to the report. They go on while other pages are shown. Invariant: an import that was
 * cancelled sends nothing more, and its job on the server is ended too.
 */
export class Imports {
  readonly #api: Pick<RecordingsApi, 'job' | 'cancel'>;
  readonly #send: SendFile;
  readonly #after: After;
  readonly #onDone: () => void;
  readonly #running = new Map<number, Running>();
  #list = $state.raw<readonly ImportView[]>([]);
  #next = 1;

  /** @param onDone a recording came of it */
  constructor(api: Pick<RecordingsApi, 'job' | 'cancel'>, send: SendFile, after: After, onDone: () => void) {
    this.#api = api;
    this.#send = send;
    this.#after = after;
    this.#onDone = onDone;
  }

  /** The newest first. */
  get list(): readonly ImportView[] {
    return this.#list;
  }

  /** Sends files that become one recording. */
  async begin(files: readonly NamedFile[], options: ImportOptions = {}): Promise<void> {
    const [first] = files;
    if (first === undefined) return;
    const id = this.#next;
    this.#next += 1;
    const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
    const running: Running = { upload: null, job: null, unfollow: () => undefined, isCancelled: false };
    this.#running.set(id, running);
    const view: ImportView = {
      id,
      title: files.length === 1 ? first.name : `${first.name} and ${files.length - 1} more`,
      phase: 'sending',
      progress: 0,
      sentBytes: 0,
      totalBytes,
      rows: 0,
      message: '',
      report: null,
      recording: null,
    };
    this.#list = [view, ...this.#list];
    try {
      const job = await this.#sendAll(id, running, files, options);
      if (!running.isCancelled && job !== null) this.#follow(id, running, job);
    } catch (error) {
      if (!(error instanceof LibraryError)) throw error;
      if (running.isCancelled) return;
      // What was received is of no use to anybody.
      this.#giveUp(running);
      this.#change(id, { phase: 'failed', message: error.message });
    }
  }

  cancel(id: number): void {
    const running = this.#running.get(id);
    if (running === undefined || running.isCancelled) return;
    running.isCancelled = true;
    running.upload?.cancel();
    running.unfollow();
    this.#giveUp(running);
    this.#change(id, { phase: 'cancelled', message: 'Cancelled: nothing was kept.' });
  }

  /** Takes one that ended off the list. */
  dismiss(id: number): void {
    this.#cancelIfRunning(id);
    this.#running.delete(id);
    this.#list = this.#list.filter((one) => one.id !== id);
  }

  #cancelIfRunning(id: number): void {
    const phase = this.#list.find((one) => one.id === id)?.phase;
    if (phase === 'sending' || phase === 'working') this.cancel(id);
  }

  async #sendAll(
    id: number,
    running: Running,
    files: readonly NamedFile[],
    options: ImportOptions,
  ): Promise<RecordingJob | null> {
    let sentBefore = 0;
    let job: RecordingJob | null = null;
    const totalBytes = Math.max(
      1,
      files.reduce((sum, { size }) => sum + size, 0),
    );
    for (const [at, file] of files.entries()) {
      if (running.isCancelled) return null;
      const isLast = at === files.length - 1;
      const path = importPath(file.name, running.job, isLast ? options : { ...naming(options), more: true });
      const before = sentBefore;
      running.upload = this.#send(path, file, (sent) => {
        const sentBytes = before + Math.min(sent, file.size);
        if (!running.isCancelled) this.#change(id, { sentBytes, progress: sentBytes / totalBytes });
      });
      job = await running.upload.answer;
      running.upload = null;
      running.job = job.id;
      sentBefore += file.size;
    }
    return job;
  }

  #follow(id: number, running: Running, job: RecordingJob): void {
    this.#change(id, { phase: 'working', progress: job.done });
    running.unfollow = followJob(this.#api, job, (next) => this.#onJob(id, next), this.#after);
  }

  #onJob(id: number, { state, done, rows, message, report, recording }: RecordingJob): void {
    switch (state) {
      case 'done':
        this.#change(id, { phase: 'done', progress: 1, rows, message, report, recording });
        return this.#onDone();
      case 'failed':
        return this.#change(id, { phase: 'failed', message });
      case 'cancelled':
        return this.#change(id, { phase: 'cancelled', message: 'Cancelled: nothing was kept.' });
      default:
        return this.#change(id, { progress: done, rows });
    }
  }

  #giveUp({ job }: Running): void {
    // Gone already, or the server forgets it by itself.
    if (job !== null) this.#api.cancel(job).catch(() => undefined);
  }

  #change(id: number, change: Partial<ImportView>): void {
    this.#list = this.#list.map((one) => (one.id === id ? { ...one, ...change } : one));
  }
}

/** What the first of several files says already. */
function naming({ name }: ImportOptions): ImportOptions {
  return name === undefined ? {} : { name };
}
