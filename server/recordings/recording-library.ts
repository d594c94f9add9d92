import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { instrumentKey, unixUs, type UnixUs } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import { SelectorSet } from '../engine/selector.ts';
import { makeFolder } from '../make-folder.ts';
import { packingPath } from '../tape/file/pack-tape.ts';
import { TapeError } from '../tape/file/tape-error.ts';
import { discardPacking, TapePacker } from '../tape/file/tape-packer.ts';
import type { LiveTape } from '../tape/rolling/ports.ts';
import { LeftRecordings } from './left-recordings.ts';
import { Recorder, type LiveMarket } from './recorder.ts';
import { recordingInfo, type RecordingInfo } from './recording-info.ts';
import { RecordingJobs, type RecordingJob } from './recording-jobs.ts';
import { freeName, isRecordingName, RECORDING_SUFFIX } from './recording-name.ts';
import { RecordingsError } from './recordings-error.ts';
import { nextWindow, type RecordingWindow, type ScheduledRecording } from './schedule.ts';
import { Trash, type Deleted } from './trash.ts';

const LOOK_INTERVAL_MS = 1_000;
const RUNNING_MAX = 16;
const IMPORT_BYTES_MAX = 2_147_483_648;
const ALL = ['*'];

export interface RecordingLibraryOptions {
  /** Where recordings lie; made when there is one. */
  readonly folder: string;
  readonly clock: Clock;
  /** Null for a server that replays. */
  readonly live: LiveMarket | null;
  /** Null where the live market is not recorded all the time. */
  readonly tape: LiveTape | null;
  /** Names of the feeds. */
  readonly sources?: readonly string[];
  readonly schedule?: readonly ScheduledRecording[];
  /** Largest upload, all files of an import together. Default 2 GiB. */
  readonly importBytesMax?: number;
  /** One sentence for the operator. */
  readonly onNotice: (sentence: string) => void;
}

export interface RecordRequest {
  readonly name?: string;
  /** Absent = everything. */
  readonly selectors?: readonly string[];
  /** When it ends by itself. */
  readonly untilUs?: number;
}

export interface KeepRequest {
  readonly name?: string;
  readonly fromUs: number;
  readonly toUs: number;
  readonly selectors?: readonly string[];
}

interface Scheduled {
  readonly entry: ScheduledRecording;
  window: RecordingWindow;
  /** It began, or could not. */
  isBegun: boolean;
}

/**
 * The recordings that are kept: one tape each in a folder, whose name is the file's. Not the rolling tape, from which it only copies.
 * Invariant: what is listed can be named, and a name that a request brings never leads out of the folder.
 */
export class RecordingLibrary {
  readonly #options: RecordingLibraryOptions;
  readonly #folder: string;
  readonly #jobs: RecordingJobs;
  readonly #trash: Trash;
  readonly #packer: TapePacker;
  readonly #running = new Map<string, Recorder>();
  /** Why a recording ended by itself, by name. */
  readonly #faults = new Map<string, string>();
  readonly #known = new Map<string, { bytes: number; mtimeMs: number; info: RecordingInfo }>();
  readonly #left: LeftRecordings;
  readonly #schedule: Scheduled[];
  readonly #timer: Cancel;

  /** Puts in order what a crash left in the folder, and begins to follow the schedule. */
  constructor(options: RecordingLibraryOptions) {
    const { folder, clock, schedule = [], importBytesMax = IMPORT_BYTES_MAX } = options;
    this.#options = options;
    this.#folder = folder;
    this.#trash = new Trash(join(folder, '.trash'), clock);
    this.#packer = new TapePacker(clock);
    this.#jobs = new RecordingJobs({
      folder: join(folder, '.incoming'),
      clock,
      bytesMax: importBytesMax,
      place: (path, name) => this.#place(path, name),
    });
    this.#left = new LeftRecordings(clock, options.onNotice);
    this.#recover();
    const nowUs = clock.nowUs();
    this.#schedule = schedule.map((entry) => ({ entry, window: nextWindow(entry, nowUs), isBegun: false }));
    this.#timer = clock.every(LOOK_INTERVAL_MS, () => this.#look());
    this.#look();
  }

  get jobs(): Pick<RecordingJobs, 'list' | 'get' | 'settled' | 'receive' | 'startImport' | 'cancel'> {
    return this.#jobs;
  }

  /** All recordings, the newest first. */
  async list(): Promise<RecordingInfo[]> {
    const names = existsSync(this.#folder) ? (await readdir(this.#folder)).flatMap(nameOfEntry) : [];
    const infos: RecordingInfo[] = [];
    for (const name of names) {
      // One after the other, so that a look at thousands lets the market in between.
      const status = await stat(this.#pathOf(name)).catch(() => null);
      if (status?.isFile() === true) infos.push(this.#describe(name, status));
    }
    for (const name of this.#known.keys()) if (!names.includes(name)) this.#known.delete(name);
    return infos.sort((one, other) => (other.fromTimeUs ?? 0) - (one.fromTimeUs ?? 0));
  }

  /** @throws RecordingsError */
  info(name: string): RecordingInfo {
    return this.#describe(name, statSync(this.path(name)));
  }

  /** File of a recording. @throws RecordingsError where there is none */
  path(name: string): string {
    const path = isRecordingName(name) ? this.#pathOf(name) : '';
    if (path === '' || statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
      throw new RecordingsError('missing', `There is no recording ${JSON.stringify(name)}.`);
    return path;
  }

  /** What of it can be read now: whole blocks, also while it is written. @throws RecordingsError */
  file(name: string): { path: string; bytes: number } {
    const path = this.path(name);
    const running = this.#running.get(name);
    running?.flush();
    return { path, bytes: running?.bytes ?? statSync(path).size };
  }

  /** Begins to record the live market. @throws RecordingsError */
  record({ name, selectors = ALL, untilUs }: RecordRequest): RecordingInfo {
    const { clock, live, sources = [] } = this.#options;
    if (live === null)
      throw new RecordingsError('no-source', 'A server that replays has no live market to record.');
    const nowUs = clock.nowUs();
    if (untilUs !== undefined && untilUs <= nowUs)
      throw new RecordingsError('bad-time', 'A recording ends after it began.');
    if (this.#running.size >= RUNNING_MAX)
      throw new RecordingsError('too-many', `${RUNNING_MAX} recordings run already: stop one of them.`);
    const chosen = this.#newName(name, 'Recording', nowUs);
    const set = selectorSet(selectors);
    const recorder = onDisk(() => {
      makeFolder(this.#folder);
      const recorded = new Recorder({
        path: this.#pathOf(chosen),
        clock,
        live,
        selectors: set,
        sources,
        untilUs: untilUs === undefined ? null : unixUs(untilUs),
        // Not in the midst of the event that brought it to light.
        onFault: (fault) => void clock.soon(() => this.#onFault(chosen, fault)),
      });
      if (recorded.fault === null) return recorded;
      recorded.close();
      throw recorded.fault;
    });
    this.#faults.delete(chosen);
    this.#running.set(chosen, recorder);
    return this.info(chosen);
  }

  /** Ends a recording. Null where nothing came, and nothing is kept. @throws RecordingsError */
  stop(name: string): RecordingInfo | null {
    const recorder = this.#running.get(name);
    if (recorder === undefined) {
      this.path(name);
      throw new RecordingsError('busy', `${JSON.stringify(name)} is not being recorded here.`);
    }
    this.#running.delete(name);
    if (!onDisk(() => recorder.close())) return null;
    this.#packer.add(recorder.path);
    return this.info(name);
  }

  /** Its time is over. */
  #end(name: string): void {
    try {
      this.stop(name);
    } catch (error) {
      // Somebody deleted its file, or the disk is gone.
      if (!(error instanceof RecordingsError)) throw error;
      this.#options.onNotice(`The recording ${JSON.stringify(name)} has ended: ${error.message}`);
    }
  }

  /** Makes a recording of what the rolling tape holds of a span. @throws RecordingsError */
  keep({ name, fromUs, toUs, selectors = ALL }: KeepRequest): RecordingJob {
    const { tape, clock } = this.#options;
    if (tape === null)
      throw new RecordingsError('no-source', 'This server keeps no tape of the live market.');
    if (fromUs > toUs) throw new RecordingsError('bad-time', 'A range ends after it began.');
    selectorSet(selectors);
    const chosen = this.#newName(name, 'Kept', clock.nowUs());
    tape.flush();
    return onDisk(() => this.#jobs.keep(chosen, { folder: tape.folder, fromUs, toUs, selectors }));
  }

  /** Opens an import, for files that `jobs.receive` is handed. @throws RecordingsError */
  beginImport(name: string): RecordingJob {
    if (!isRecordingName(name)) throw badName(name);
    return onDisk(() => this.#jobs.beginImport(name));
  }

  /** Moves a recording into the trash, from where `restore` has it back for ten minutes. @throws RecordingsError */
  remove(name: string): Deleted {
    const path = this.path(name);
    if (existsSync(`${path}.lock`))
      throw new RecordingsError('busy', `${JSON.stringify(name)} is being recorded: stop it first.`);
    this.#known.delete(name);
    this.#faults.delete(name);
    return onDisk(() => this.#trash.put(name, path));
  }

  deleted(): Deleted[] {
    return this.#trash.list();
  }

  /** Its name may be another now, where the old one was given again meanwhile. @throws RecordingsError */
  restore(id: string): RecordingInfo {
    const found = this.#trash.find(id);
    if (found === null) throw new RecordingsError('missing', 'This recording cannot be restored any more.');
    return this.info(onDisk(() => this.#place(found.path, found.name)));
  }

  /** Ends all recordings and jobs. */
  async close(): Promise<void> {
    this.#timer();
    this.#packer.close();
    for (const recorder of this.#running.values()) recorder.close();
    this.#running.clear();
    await this.#jobs.close();
  }

  #look(): void {
    const { clock, onNotice } = this.#options;
    const nowUs = clock.nowUs();
    for (const [name, { untilUs }] of this.#running)
      if (untilUs !== null && untilUs <= nowUs) this.#end(name);
    for (const scheduled of this.#schedule) {
      const { entry, window, isBegun } = scheduled;
      if (!isBegun && window.fromUs <= nowUs) {
        scheduled.isBegun = true;
        try {
          this.#begin(entry, window);
        } catch (error) {
          if (!(error instanceof RecordingsError)) throw error;
          onNotice(`The scheduled recording ${window.name} did not begin: ${error.message}`);
        }
      }
      if (window.toUs <= nowUs) {
        scheduled.window = nextWindow(entry, nowUs);
        scheduled.isBegun = false;
      }
    }
    this.#left.look();
    this.#trash.empty();
    this.#jobs.sweep();
  }

  #begin({ selectors }: ScheduledRecording, { name, toUs }: RecordingWindow): void {
    const free = freeName(name, (taken) => this.#isTaken(taken));
    this.record({ name: free, untilUs: toUs, ...(selectors === undefined ? {} : { selectors }) });
  }

  #onFault(name: string, { message }: TapeError): void {
    const recorder = this.#running.get(name);
    if (recorder === undefined) return;
    this.#running.delete(name);
    this.#faults.set(name, message);
    recorder.close();
    this.#options.onNotice(`The recording ${JSON.stringify(name)} has ended: ${message}`);
  }

  #describe(name: string, { size: bytes, mtimeMs }: { size: number; mtimeMs: number }): RecordingInfo {
    const recorder = this.#running.get(name);
    if (recorder !== undefined) return runningInfo(name, recorder);
    const known = this.#known.get(name);
    if (known !== undefined && known.bytes === bytes && known.mtimeMs === mtimeMs) return known.info;
    const path = this.#pathOf(name);
    const found = recordingInfo(name, path, bytes);
    // Where this machine keeps it is nobody's business.
    const message = this.#faults.get(name) ?? found.message;
    const info = { ...found, message: message.replaceAll(path, name) };
    if (info.state !== 'recording') this.#known.set(name, { bytes, mtimeMs, info });
    return info;
  }

  /** The name that was asked for, or one with the time. @throws RecordingsError */
  #newName(name: string | undefined, kind: string, nowUs: UnixUs): string {
    const isTaken = (taken: string): boolean => this.#isTaken(taken);
    if (name === undefined) {
      const time = new Date(nowUs / 1_000).toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
      return freeName(`${kind} ${time}`, isTaken);
    }
    if (!isRecordingName(name)) throw badName(name);
    if (isTaken(name))
      throw new RecordingsError('taken', `There is a recording ${JSON.stringify(name)} already.`);
    return name;
  }

  #place(path: string, name: string): string {
    const free = freeName(name, (taken) => this.#isTaken(taken));
    makeFolder(this.#folder);
    renameSync(path, this.#pathOf(free));
    return free;
  }

  #isTaken(name: string): boolean {
    return existsSync(this.#pathOf(name));
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}${RECORDING_SUFFIX}`);
  }

  #recover(): void {
    if (!existsSync(this.#folder)) return;
    const entries = onDisk(() => readdirSync(this.#folder));
    // Of tapes that were being packed, and stayed as they were.
    for (const entry of entries)
      if (entry.endsWith(packingPath(RECORDING_SUFFIX)))
        discardPacking(join(this.#folder, entry.slice(0, -packingPath('').length)));
    for (const name of entries.flatMap(nameOfEntry)) this.#left.find(this.#pathOf(name));
  }
}

function nameOfEntry(file: string): string[] {
  const name = file.endsWith(RECORDING_SUFFIX) ? file.slice(0, -RECORDING_SUFFIX.length) : '';
  return isRecordingName(name) ? [name] : [];
}

function runningInfo(name: string, recorder: Recorder): RecordingInfo {
  const { events, bytes, span, untilUs, sources, instruments } = recorder;
  return {
    name,
    state: 'recording',
    message: '',
    fromTimeUs: span?.fromTimeUs ?? null,
    toTimeUs: span?.toTimeUs ?? null,
    events,
    bytes,
    instruments: instruments.slice(0, 50).map((instrument) => instrumentKey(instrument)),
    instrumentCount: instruments.length,
    sources,
    density: [],
    untilUs,
  };
}

function badName(name: string): RecordingsError {
  return new RecordingsError(
    'bad-name',
    `${JSON.stringify(name)} is no name for a recording: letters, digits, blanks and signs that file names may hold, 100 at most.`,
  );
}

/** @throws RecordingsError */
function selectorSet(selectors: readonly string[]): SelectorSet {
  const set = SelectorSet.parse(selectors);
  if (set !== null) return set;
  throw new RecordingsError(
    'bad-selection',
    "Name instruments as 'BTC-USD', 'BTC-*', 'venue:coinbase' or '*'.",
  );
}

/** @throws RecordingsError for what the disk refuses */
function onDisk<Outcome>(act: () => Outcome): Outcome {
  try {
    return act();
  } catch (error) {
    if (error instanceof RecordingsError) throw error;
    if (error instanceof TapeError) throw new RecordingsError('disk', error.message);
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new RecordingsError('disk', `The folder of recordings cannot be written (${String(error.code)}).`);
  }
}
