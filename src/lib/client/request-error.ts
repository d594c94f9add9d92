/** A request that got no answer: refused by the server with a code of its registry, or cut off. The sentence says why. */
export class RequestError extends Error {
  override name = 'RequestError';
  /** Code of the server's `error`; null when the connection ended first or the request was taken back. */
  readonly code: number | null;

  constructor(code: number | null, sentence: string) {
    super(sentence);
    this.code = code;
  }
}
