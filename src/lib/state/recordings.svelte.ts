import { LIBRARY_PATH, LibraryError, LibraryLink } from '../client/library-link.ts';
import type {
  DeletedRecording,
  LibraryContents,
  RecordingSummary,
  TapeStatus,
} from '../client/recordings-api.ts';

/** How often the list is read while something is being written, ms, and otherwise. */
const BUSY_EVERY_MS = 1_000;
const CALM_EVERY_MS = 15_000;

/** `setTimeout` and its undo. */
export type After = (delayMs: number, run: () => void) => () => void;

/**
 * The library as this page knows it. Reads it while somebody looks, and is told by `recording-changes.ts` of changes. Invariant: at most
 * one reading is on its way, and none is planned while nobody looks.
 */
export class Recordings {
  readonly link: LibraryLink;
  readonly #after: After;
  #all = $state.raw<readonly RecordingSummary[]>([]);
  #deleted = $state.raw<readonly DeletedRecording[]>([]);
  #tape = $state.raw<TapeStatus | null>(null);
  #mayChange = $state(false);
  #phase = $state<'unread' | 'read' | 'absent' | 'failed'>('unread');
  #problem = $state('');
  #lookers = 0;
  #reading: Promise<void> | null = null;
  #cancel: (() => void) | null = null;

  constructor(link = new LibraryLink(), after: After = timeoutAfter) {
    this.link = link;
    this.#after = after;
  }

  /** The newest first. */
  get all(): readonly RecordingSummary[] {
    return this.#all;
  }

  /** Those that are being written now. */
  get running(): readonly RecordingSummary[] {
    return this.#all.filter(({ state }) => state === 'recording');
  }

  get deleted(): readonly DeletedRecording[] {
    return this.#deleted;
  }

  get tape(): TapeStatus | null {
    return this.#tape;
  }

  get mayChange(): boolean {
    return this.#mayChange;
  }

  /** `absent` = this server has no library. `failed` = it cannot be read now. */
  get phase(): 'unread' | 'read' | 'absent' | 'failed' {
    return this.#phase;
  }

  get problem(): string {
    return this.#problem;
  }

  /** Keeps the list current while somebody looks; returns the undo. */
  look(): () => void {
    this.#lookers += 1;
    void this.refresh();
    let looks = true;
    return () => {
      if (!looks) return;
      looks = false;
      this.#lookers -= 1;
      if (this.#lookers > 0) return;
      this.#cancel?.();
      this.#cancel = null;
    };
  }

  /** Reads the list now. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
      this.#plan();
    });
    return this.#reading;
  }

  /** Reads the list after a change: a reading that began before does not show it. */
  async readAnew(): Promise<void> {
    await this.#reading;
    await this.refresh();
  }

  /** One that was deleted, until the list says so too. */
  leaveOut(name: string): void {
    this.#all = this.#all.filter((one) => one.name !== name);
  }

  async #read(): Promise<void> {
    try {
      const { recordings, deleted, tape, mayChange } = await this.link.ask<LibraryContents>(LIBRARY_PATH);
      this.#all = recordings;
      this.#deleted = deleted;
      this.#tape = tape;
      this.#mayChange = mayChange;
      this.#phase = 'read';
      this.#problem = '';
    } catch (error) {
      if (!(error instanceof LibraryError)) throw error;
      this.#phase = error.status === 404 ? 'absent' : 'failed';
      this.#problem = error.message;
    }
  }

  #plan(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#lookers === 0 || this.#phase === 'absent') return;
    const delayMs = this.running.length > 0 || this.#phase === 'failed' ? BUSY_EVERY_MS : CALM_EVERY_MS;
    this.#cancel = this.#after(this.#phase === 'failed' ? delayMs * 5 : delayMs, () => void this.refresh());
  }
}

const timeoutAfter: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};
