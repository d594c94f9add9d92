import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { unixUs, type UnixUs } from '#protocol';
import type { Clock } from '../engine/ports.ts';
import { makeFolder } from '../make-folder.ts';
import { isRecordingName, RECORDING_SUFFIX } from './recording-name.ts';

/** So long a deleted recording can be had back. */
const KEPT_MS = 600_000;
const ENTRY = /^(\d{1,15})-([0-9a-f]{12})-(.+)\.tape$/;

/** A recording that was deleted. */
export interface Deleted {
  readonly id: string;
  readonly name: string;
  /** Until when it can be restored. */
  readonly untilUs: UnixUs;
}

interface Entry extends Deleted {
  readonly path: string;
}

/** Recordings that were deleted and can be had back for ten minutes, also after a restart: what is to be known is in the file's name. */
export class Trash {
  readonly #folder: string;
  readonly #clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Moves a file here. */
  put(name: string, path: string): Deleted {
    const deletedMs = Math.floor(this.#clock.nowUs() / 1_000);
    const id = randomBytes(6).toString('hex');
    makeFolder(this.#folder);
    renameSync(path, join(this.#folder, `${deletedMs}-${id}-${name}${RECORDING_SUFFIX}`));
    return { id, name, untilUs: unixUs((deletedMs + KEPT_MS) * 1_000) };
  }

  /** What can be restored, the newest first. */
  list(): Deleted[] {
    return this.#entries()
      .map(({ id, name, untilUs }) => ({ id, name, untilUs }))
      .sort((one, other) => other.untilUs - one.untilUs);
  }

  find(id: string): Entry | null {
    return this.#entries().find((entry) => entry.id === id && entry.untilUs > this.#clock.nowUs()) ?? null;
  }

  /** Removes for good what has been here long enough. */
  empty(): void {
    for (const { path, untilUs } of this.#entries()) if (untilUs <= this.#clock.nowUs()) removed(path);
  }

  #entries(): Entry[] {
    return filesIn(this.#folder).flatMap((file) => {
      const [, deletedMs, id, name] = ENTRY.exec(file) ?? [];
      if (deletedMs === undefined || id === undefined || name === undefined || !isRecordingName(name))
        return [];
      const untilUs = unixUs((Number(deletedMs) + KEPT_MS) * 1_000);
      return [{ id, name, untilUs, path: join(this.#folder, file) }];
    });
  }
}

/** None where the folder is not there, or cannot be read. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What the disk refuses to let go is tried again. */
function removed(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // At the next look.
  }
}
