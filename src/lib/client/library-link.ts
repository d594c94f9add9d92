export const LIBRARY_PATH = '/api/recordings';

/** The server said no, or did not answer: one sentence for the viewer. */
export class LibraryError extends Error {
  override name = 'LibraryError';
  /** HTTP status; 0 = there was no answer. */
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** `fetch`, as far as it is used here. */
export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

/** The way to the server's library of recordings over HTTP. Keeps nothing; `recordings-api.ts` says what there is to ask for. */
export class LibraryLink {
  readonly #fetch: Fetch;

  constructor(fetchPath: Fetch = (path, init) => fetch(path, init)) {
    this.#fetch = fetchPath;
  }

  /** Rejects with a LibraryError when it is refused. */
  async ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
    let response: Response;
    try {
      response = await this.#fetch(path, init);
    } catch {
      throw new LibraryError(0, 'The server does not answer.');
    }
    const answer = await readJson(response.text.bind(response));
    if (response.ok && answer !== null) return answer as Answer;
    throw new LibraryError(response.status, sentenceOf(answer, response.status));
  }
}

/** The sentence of a refusal, or one that says what the status does. */
export function sentenceOf(answer: unknown, status: number): string {
  const message =
    typeof answer === 'object' && answer !== null && 'message' in answer ? answer.message : null;
  if (typeof message === 'string' && message !== '') return message;
  return status === 404 ? 'This server has no library of recordings.' : `The server answered with ${status}.`;
}

export async function readJson(text: () => Promise<string>): Promise<unknown> {
  try {
    return JSON.parse(await text()) as unknown;
  } catch {
    return null;
  }
}
