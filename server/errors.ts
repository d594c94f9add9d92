/** Something the person at the command line can mend. Its message is one sentence; the process ends with code 1. */
export class UserError extends Error {
  override name = 'UserError';
}
