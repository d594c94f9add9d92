import type { Clock } from '../../engine/ports.ts';
import { openTapeWriter } from './open-tape-writer.ts';
import { TapeError } from './tape-error.ts';
import type { LockLook } from './tape-lock.ts';
import { TapeReader } from './tape-reader.ts';

/**
 * Brings a tape in order that its writer has left behind: what is torn at its end is cut, index and footer are added. Returns what that
 * cost, one sentence; null for a tape that was closed in order.
 * @param silent how the lock of its writer was found, where that gave no more signs of life
 * @throws TapeError where it cannot be read, or is being written
 */
export function recoverTape(path: string, clock: Clock, silent: LockLook | null = null): string | null {
  if (isClosed(path)) return null;
  const options = { clock, keyframes: false, flushIntervalMs: 0, syncIntervalMs: 0, silent };
  const { writer, recovered } = openTapeWriter(path, { ...options, existing: 'append' });
  writer.close();
  return recovered ?? `${path}: was not closed; what had not reached it yet, 0.125 s at most, is missing.`;
}

function isClosed(path: string): boolean {
  try {
    const reader = TapeReader.open(path, { mayBeEmpty: true });
    reader.close();
    return reader.map.isClosed;
  } catch (error) {
    // Perhaps not even its header was finished.
    if (error instanceof TapeError && error.fault === 'not-a-tape') return false;
    throw error;
  }
}
