import type { ErrorMessage, HistoryAnswer } from '#protocol';
import { RequestError } from './request-error.ts';

interface Pending {
  resolve(answer: HistoryAnswer): void;
  reject(error: RequestError): void;
}

/** Requests that wait for their answer. Invariant: each one is settled exactly once, at the latest by `failAll`. */
export class PendingRequests {
  readonly #pending = new Map<number, Pending>();
  #next = 1;

  add(): { request: number; answer: Promise<HistoryAnswer> } {
    const request = this.#next;
    this.#next += 1;
    const { promise, resolve, reject } = Promise.withResolvers<HistoryAnswer>();
    this.#pending.set(request, { resolve, reject });
    return { request, answer: promise };
  }

  answer(answer: HistoryAnswer): void {
    this.#pending.get(answer.request)?.resolve(answer);
    this.#pending.delete(answer.request);
  }

  /** False when the error belongs to no waiting request. */
  refuse(error: ErrorMessage): boolean {
    return (
      error.request !== undefined && this.fail(error.request, new RequestError(error.code, error.message))
    );
  }

  fail(request: number, error: RequestError): boolean {
    const pending = this.#pending.get(request);
    this.#pending.delete(request);
    pending?.reject(error);
    return pending !== undefined;
  }

  failAll(sentence: string): void {
    for (const request of this.#pending.keys()) this.fail(request, new RequestError(null, sentence));
  }
}
