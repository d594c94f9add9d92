import { renameSync, rmSync, statSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Cancel, Clock } from '../../engine/ports.ts';
import { MalformedError } from './byte-cursor.ts';
import { packingPath, packTape } from './pack-tape.ts';
import { TapeError } from './tape-error.ts';

/** Work between two pauses, us, and their length, ms: a fifth of the process at most, and nobody waits for long. */
const SLICE_US = 2_000;
const PAUSE_MS = 8;

/** A tape on its way. */
interface Packing {
  readonly path: string;
  /** The file as it was found. */
  readonly found: Stats;
  readonly steps: Generator<void, number | null>;
}

/**
 * Packs tapes that are finished, one after the other, while the market goes on ([TF31]): the new file takes the old one's name when the disk
 * has it. A tape that cannot be packed stays as it is, and nothing is said: nothing is lost.
 */
export class TapePacker {
  readonly #clock: Clock;
  readonly #onPacked: (path: string, bytes: number) => void;
  readonly #waiting: string[] = [];
  #packing: Packing | null = null;
  #cancel: Cancel | null = null;
  #isClosed = false;

  constructor(clock: Clock, onPacked: (path: string, bytes: number) => void = () => undefined) {
    this.#clock = clock;
    this.#onPacked = onPacked;
  }

  add(path: string): void {
    this.#waiting.push(path);
    if (this.#packing === null) this.#next();
  }

  /** What is not finished is thrown away. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    if (this.#packing === null) return;
    this.#packing.steps.return(null);
    discardPacking(this.#packing.path);
  }

  #next(): void {
    this.#packing = null;
    while (!this.#isClosed && this.#packing === null) {
      const path = this.#waiting.shift();
      if (path === undefined) return;
      const found = fileAt(path);
      if (found === null) continue;
      this.#packing = { path, found, steps: packTape(path, packingPath(path)) };
      this.#pause(this.#packing);
    }
  }

  #pause(packing: Packing): void {
    this.#cancel = this.#clock.after(PAUSE_MS, () => this.#work(packing));
  }

  #work(packing: Packing): void {
    const endUs = this.#clock.nowUs() + SLICE_US;
    try {
      do {
        const { done, value } = packing.steps.next();
        if (done === true) return void this.#finish(packing, value);
      } while (this.#clock.nowUs() < endUs);
    } catch (error) {
      if (!isExpected(error)) throw error;
      return void this.#finish(packing, null);
    }
    this.#pause(packing);
  }

  async #finish({ path, found }: Packing, bytes: number | null): Promise<void> {
    const isPacked = bytes !== null && (await isOnDisk(packingPath(path)));
    if (isPacked && !this.#isClosed && takesPlace(path, found)) this.#onPacked(path, bytes);
    else discardPacking(path);
    this.#next();
  }
}

/** Packs a tape at once, a few microseconds an event. Its bytes afterwards; null where it stays as it is. */
export function packNow(path: string): number | null {
  const found = fileAt(path);
  if (found === null) return null;
  try {
    const steps = packTape(path, packingPath(path), true);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    if (step.value !== null && takesPlace(path, found)) return step.value;
  } catch (error) {
    if (!isExpected(error)) throw error;
  }
  discardPacking(path);
  return null;
}

/** After a power cut the name must not stand for less than it stood for before. */
async function isOnDisk(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r+');
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
    return true;
  } catch {
    return false;
  }
}

/** False where the tape was let go meanwhile, is another now or goes on, or the system does not let it. */
function takesPlace(path: string, found: Stats): boolean {
  try {
    const { ino, size } = statSync(path);
    if (ino !== found.ino || size !== found.size) return false;
    renameSync(packingPath(path), path);
    return true;
  } catch {
    return false;
  }
}

/** Null where there is none, or the system does not let it be looked at. */
function fileAt(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** What the tape or the system refuses: the tape stays as it is. Anything else is a fault of ours. */
function isExpected(error: unknown): boolean {
  const isOfTape = error instanceof TapeError || error instanceof MalformedError;
  return isOfTape || (error instanceof Error && 'code' in error);
}

/** Throws away what somebody left who did not come to the end. Never throws. */
export function discardPacking(path: string): void {
  try {
    rmSync(packingPath(path), { force: true });
  } catch {
    // The next one who packs this tape tries again.
  }
}
