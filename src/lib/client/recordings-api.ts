import type { EventDensity } from '#protocol';
import { LIBRARY_PATH, type LibraryLink } from './library-link.ts';

/** What the library tells of a recording. Times in us since 1970. */
export interface RecordingSummary {
  readonly name: string;
  /** `recording` = it is being written. `damaged` = a part of it, or all, cannot be read. */
  readonly state: 'recording' | 'complete' | 'damaged';
  /** What is wrong, one sentence; empty when nothing is. */
  readonly message: string;
  readonly fromTimeUs: number | null;
  readonly toTimeUs: number | null;
  readonly events: number;
  readonly bytes: number;
  /** `venue:symbol` of the busiest. */
  readonly instruments: readonly string[];
  readonly instrumentCount: number;
  readonly sources: readonly string[];
  readonly density: readonly EventDensity[];
  /** When a running recording ends by itself. */
  readonly untilUs: number | null;
}

export interface DeletedRecording {
  readonly id: string;
  readonly name: string;
  /** Until when it can be had back. */
  readonly untilUs: number;
}

/** What an import made of a file, or of a member of an archive. */
export interface ImportedFile {
  readonly path: string;
  readonly member: string | null;
  readonly format: string;
  readonly compression: string;
  readonly rows: number;
  readonly events: Readonly<Record<string, number>>;
  readonly firstTimeUs: number | null;
  readonly lastTimeUs: number | null;
  readonly anomalies: Readonly<Record<string, number>>;
  readonly broken: BrokenRows;
  /** What columns were taken for; null where the layout is known. */
  readonly mapping: string | null;
}

export interface BrokenRows {
  readonly rows: number;
  /** The sentences of the first of them, with their line. */
  readonly first: readonly string[];
}

export interface ImportReport {
  readonly files: readonly ImportedFile[];
  readonly skipped: readonly { readonly path: string; readonly member: string; readonly reason: string }[];
  readonly rows: number;
  readonly events: Readonly<Record<string, number>>;
  readonly anomalies: Readonly<Record<string, number>>;
  readonly broken: BrokenRows;
}

export interface RecordingJob {
  readonly id: string;
  readonly kind: 'import' | 'keep';
  readonly name: string;
  readonly state: 'receiving' | 'waiting' | 'working' | 'done' | 'failed' | 'cancelled';
  readonly bytes: number;
  /** Share of the work, 0 to 1. */
  readonly done: number;
  readonly rows: number;
  readonly message: string;
  readonly report: ImportReport | null;
  /** Name of the recording that came of it. */
  readonly recording: string | null;
}

export interface TapeStatus {
  readonly state: 'recording' | 'paused';
  readonly message: string;
  readonly fromTimeUs: number | null;
  readonly bytes: number;
  readonly events: number;
}

export interface LibraryContents {
  readonly recordings: readonly RecordingSummary[];
  readonly deleted: readonly DeletedRecording[];
  readonly jobs: readonly RecordingJob[];
  readonly tape: TapeStatus | null;
  /** Whether this server lets viewers record, import and delete. */
  readonly mayChange: boolean;
}

/** How the live market went on while a viewer looks back. */
export interface TapeActivity {
  readonly nowUs: number;
  readonly tape: TapeStatus | null;
  readonly density: readonly EventDensity[];
}

/** What the server's library of recordings is asked for, but the list. Every call rejects with a LibraryError when it is refused. */
export class RecordingsApi {
  readonly #link: LibraryLink;

  constructor(link: LibraryLink) {
    this.#link = link;
  }

  activity(): Promise<TapeActivity> {
    return this.#link.ask(`${LIBRARY_PATH}/-/tape`);
  }

  /** @param selectors absent = everything */
  record(selectors?: readonly string[]): Promise<RecordingSummary> {
    return this.#post(LIBRARY_PATH, selectors === undefined ? {} : { selectors });
  }

  /** Null where nothing had been recorded yet, and nothing is kept. */
  async stop(name: string): Promise<RecordingSummary | null> {
    const answer = await this.#post<{ recording: RecordingSummary | null }>(`${pathOf(name)}/stop`, {});
    return answer.recording;
  }

  keep(fromUs: number, toUs: number, name?: string): Promise<RecordingJob> {
    const range = { fromUs: Math.round(fromUs), toUs: Math.round(toUs) };
    return this.#post(`${LIBRARY_PATH}/-/keep`, name === undefined ? range : { ...range, name });
  }

  remove(name: string): Promise<DeletedRecording> {
    return this.#link.ask(pathOf(name), { method: 'DELETE' });
  }

  restore(id: string): Promise<RecordingSummary> {
    return this.#post(`${LIBRARY_PATH}/-/deleted/${encodeURIComponent(id)}/restore`, {});
  }

  job(id: string): Promise<RecordingJob> {
    return this.#link.ask(jobPath(id));
  }

  cancel(id: string): Promise<RecordingJob> {
    return this.#link.ask(jobPath(id), { method: 'DELETE' });
  }

  #post<Answer>(path: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.#link.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}

/** Where a recording's file is had. */
export function downloadPath(name: string): string {
  return `${pathOf(name)}/file`;
}

/** Where a file of an import is sent. @param begun number of the import that it belongs to; null = it begins one */
export function importPath(
  file: string,
  begun: string | null,
  options: {
    readonly name?: string;
    readonly strict?: boolean;
    readonly map?: string;
    readonly more?: boolean;
  },
): string {
  const query = new URLSearchParams({ file });
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined && value !== '' && value !== false) query.set(key, String(value));
  }
  const path =
    begun === null ? `${LIBRARY_PATH}/-/imports` : `${LIBRARY_PATH}/-/imports/${encodeURIComponent(begun)}`;
  return `${path}?${query}`;
}

function pathOf(name: string): string {
  return `${LIBRARY_PATH}/${encodeURIComponent(name)}`;
}

function jobPath(id: string): string {
  return `${LIBRARY_PATH}/-/jobs/${encodeURIComponent(id)}`;
}
