import { UserError } from '../errors.ts';

export type AlertsFault =
  /** A rule that cannot be: its sentence says which part. */
  | 'bad-rule'
  /** Nothing of this number. */
  | 'missing'
  /** As many as there may be. */
  | 'too-many'
  /** A webhook that the operator does not allow. */
  | 'webhook'
  /** Alerts are off, or nothing is live. */
  | 'off'
  /** The disk refuses. */
  | 'disk';

/** What cannot be done with alerts: an expected outcome, one sentence for whoever asked. */
export class AlertsError extends UserError {
  override name = 'AlertsError';
  readonly fault: AlertsFault;

  constructor(fault: AlertsFault, sentence: string) {
    super(sentence);
    this.fault = fault;
  }
}
