import { UserError } from '../../errors.ts';

export type TapeFault =
  /** No such file. */
  | 'missing'
  | 'not-a-tape'
  /** Written by a later version of the format. */
  | 'newer-version'
  /** Not one event in it can be read. */
  | 'empty'
  /** Another writer has it. */
  | 'locked'
  /** The same, where it cannot be asked whether that one lives. */
  | 'held-elsewhere'
  | 'exists'
  | 'disk-full'
  /** The system refuses to read or write. */
  | 'io';

/** A tape that cannot be opened or written: an expected outcome. The message is one sentence for the person who named the file. */
export class TapeError extends UserError {
  override name = 'TapeError';
  readonly fault: TapeFault;
  readonly path: string;

  constructor(fault: TapeFault, path: string, sentence: string) {
    super(`${path} ${sentence}`);
    this.fault = fault;
    this.path = path;
  }
}

/** What the system said, as a tape's fault. Anything that is no system error is a fault of ours and thrown on. */
export function systemFault(path: string, doing: 'read' | 'written', error: unknown): TapeError {
  if (error instanceof TapeError) return error;
  if (!(error instanceof Error) || !('code' in error)) throw error;
  const code = String(error.code);
  if (code === 'ENOENT') return new TapeError('missing', path, 'does not exist.');
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new TapeError(
      'disk-full',
      path,
      `cannot grow (${code}): what was recorded before is whole, recording has stopped.`,
    );
  return new TapeError('io', path, `cannot be ${doing} (${code}).`);
}
