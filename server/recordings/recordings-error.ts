import { UserError } from '../errors.ts';

export type RecordingsFault =
  /** A name that is none. */
  | 'bad-name'
  /** Selectors that are none, or that match nothing. */
  | 'bad-selection'
  | 'bad-time'
  /** Nothing of this name or id. */
  | 'missing'
  /** The name is in use. */
  | 'taken'
  /** It cannot be done while it is written. */
  | 'busy'
  /** Nothing live to record, or no tape to keep a part of. */
  | 'no-source'
  /** As many as there may be run already. */
  | 'too-many'
  | 'too-large'
  | 'broken-upload'
  /** The disk refuses. */
  | 'disk';

/** What cannot be done with recordings: an expected outcome, one sentence for whoever asked. */
export class RecordingsError extends UserError {
  override name = 'RecordingsError';
  readonly fault: RecordingsFault;

  constructor(fault: RecordingsFault, sentence: string) {
    super(sentence);
    this.fault = fault;
  }
}
