/** Longest wait for the server's answer, ms. A restart waits for the venue's answer on the way. */
const ANSWER_MS = 20_000;

export interface FeedProblem {
  readonly timeUs: number;
  readonly message: string;
}

/** What the page asks of the server's feeds: the operator's restart, and earlier faults. Every failure is one sentence. */
export class FeedControl {
  readonly #fetch: typeof fetch;

  constructor(fetcher: typeof fetch = (input, init) => fetch(input, init)) {
    this.#fetch = fetcher;
  }

  /** Starts a feed anew. @returns what went wrong; empty = it was started */
  async restart(name: string): Promise<string> {
    try {
      const response = await this.#fetch(`/api/feeds/${encodeURIComponent(name)}/restart`, {
        method: 'POST',
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      if (response.ok) return '';
      return (
        (await messageOf(response)) ?? `${name} was not restarted: the server answered ${response.status}.`
      );
    } catch (error) {
      return `${name} was not restarted: ${reasonOf(error)}`;
    }
  }

  /** The newest faults of a feed, newest first; a sentence when they cannot be had. */
  async problems(name: string): Promise<readonly FeedProblem[] | string> {
    try {
      const response = await this.#fetch('/api/feeds', { signal: AbortSignal.timeout(ANSWER_MS) });
      if (!response.ok) return `The server answered ${response.status}.`;
      const feeds: unknown = await response.json();
      const found = Array.isArray(feeds) ? feeds.find((feed) => isNamed(feed, name)) : undefined;
      return problemsOf(found).toReversed();
    } catch (error) {
      return reasonOf(error);
    }
  }
}

function isNamed(feed: unknown, name: string): boolean {
  return typeof feed === 'object' && feed !== null && 'name' in feed && feed.name === name;
}

function problemsOf(feed: unknown): FeedProblem[] {
  if (typeof feed !== 'object' || feed === null || !('problems' in feed)) return [];
  return Array.isArray(feed.problems) ? feed.problems.filter(isProblem) : [];
}

function isProblem(value: unknown): value is FeedProblem {
  if (typeof value !== 'object' || value === null || !('timeUs' in value) || !('message' in value))
    return false;
  return typeof value.timeUs === 'number' && typeof value.message === 'string';
}

async function messageOf(response: Response): Promise<string | null> {
  try {
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null || !('message' in body)) return null;
    return typeof body.message === 'string' && body.message !== '' ? body.message : null;
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return 'the server did not answer in time.';
  return 'the server cannot be reached.';
}
