import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { UnixUs } from '#protocol';
import { hasEnded, isNear, ownLockText, parseHolder } from './lock-holder.ts';
import { systemFault, TapeError } from './tape-error.ts';

/** How often a holder that gives signs of life gives one, ms. */
export const SIGN_INTERVAL_MS = 1_000;

export interface TakeLockOptions {
  /** Whether the holder calls `sign` each second. Default false: a holder that cannot be asked is believed for ever. */
  readonly givesSigns?: boolean;
  /** A look at the lock after which its holder, whom nobody here can ask, is held to be gone: `LockWatch.silent`. */
  readonly silent?: LockLook | null;
}

/** A lock as it lies there. Two looks are equal where its holder gave no sign between them. */
export interface LockLook {
  readonly text: string;
  /** Time of the file, ns, by whatever clock. */
  readonly signNs: bigint;
}

/**
 * One writer for each tape: a file beside it that names the process. Not a lock of the system, which a network folder may not have.
 * Invariant: the lock file appears whole or not at all, and only its holder or the finder of a holder that is gone removes it. A holder that
 * slept may be taken for gone, so that each asks `isHeld` before it writes.
 */
export class TapeLock {
  readonly #path: string;
  readonly #text: string;
  #isReleased = false;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** @throws TapeError when another writer is alive (`locked`), or nobody here can tell (`held-elsewhere`) */
  static take(tapePath: string, { givesSigns = false, silent = null }: TakeLockOptions = {}): TapeLock {
    const path = lockPath(tapePath);
    // Of a name that nobody else has: the first process of each container has the number 1.
    const own = `${path}.${randomUUID()}`;
    const text = ownLockText(givesSigns ? SIGN_INTERVAL_MS : null);
    try {
      writeFileSync(own, text);
      try {
        if (tryLink(own, path)) return new TapeLock(path, text);
        removeStale(tapePath, path, own, silent);
        if (tryLink(own, path)) return new TapeLock(path, text);
        throw new TapeError('locked', tapePath, 'is being written by another program that was faster.');
      } finally {
        rmSync(own, { force: true });
      }
    } catch (error) {
      throw systemFault(tapePath, 'written', error);
    }
  }

  /** Whether it is ours still. What else the system says than that it is gone is no word of another holder. */
  get isHeld(): boolean {
    if (this.#isReleased) return false;
    try {
      return readFileSync(this.#path, 'utf8') === this.#text;
    } catch (error) {
      return !isGone(error);
    }
  }

  /** Gives a sign of life. False where the lock is ours no more. */
  sign(nowUs: UnixUs): boolean {
    if (!this.isHeld) return false;
    try {
      utimesSync(this.#path, nowUs / 1e6, nowUs / 1e6);
    } catch {
      // Gone since: the next look tells. A disk that takes nothing takes no sign either.
    }
    return true;
  }

  release(): void {
    if (this.#isReleased) return;
    try {
      if (this.isHeld) rmSync(this.#path, { force: true });
    } catch {
      // The folder is gone or refuses: the lock is stale when this process ends.
    }
    this.#isReleased = true;
  }
}

/** Where the lock of a tape lies. */
export const lockPath = (tapePath: string): string => `${tapePath}.lock`;

/** The lock of a tape as it is now; null where there is none, or it cannot be read. */
export function lookAtLock(tapePath: string): LockLook | null {
  return lookAt(lockPath(tapePath));
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the lock of a holder that is gone away. @throws TapeError when it is none */
function removeStale(tapePath: string, path: string, own: string, silent: LockLook | null): void {
  const look = lookAt(path);
  if (look === null) return;
  if (silent === null || !isSame(look, silent)) refuseAlive(tapePath, path, look.text);
  const aside = `${own}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    // Another finder was faster.
    return;
  }
  // Between the look and the move a live writer may have come, or given a sign: then it gets its lock back.
  const moved = lookAt(aside);
  if (moved === null || !isSame(moved, look)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function refuseAlive(tapePath: string, path: string, text: string): void {
  const holder = parseHolder(text);
  if (holder === null)
    throw new TapeError(
      'locked',
      tapePath,
      `has a lock that names nobody: delete ${path} if no program writes it.`,
    );
  const { pid, host, signMs } = holder;
  if (!isNear(holder))
    throw new TapeError(
      'held-elsewhere',
      tapePath,
      signMs === null
        ? `is being written by process ${pid} on ${host}: delete ${path} if that program is gone.`
        : `is being written by process ${pid} on ${host}, unless that gives no sign any more.`,
    );
  if (!hasEnded(holder))
    throw new TapeError('locked', tapePath, `is being written by process ${pid}: one tape has one writer.`);
}

function lookAt(path: string): LockLook | null {
  try {
    // By its name each time: a network folder tells what is new when a file is opened.
    const file = openSync(path, 'r');
    try {
      return { signNs: fstatSync(file, { bigint: true }).mtimeNs, text: readFileSync(file, 'utf8') };
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

const isSame = (one: LockLook, other: LockLook): boolean =>
  one.text === other.text && one.signNs === other.signNs;

function isGone(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'ESTALE'].includes(String(error.code))
  );
}
