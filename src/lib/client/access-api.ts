import type { AccessAnswer } from '#protocol';

const PATH = '/api/access';
/** The server is near: whatever takes longer does not come, ms. */
const ANSWER_MS = 8_000;

type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

/** What became of a sign-in. */
export type SignedIn = { ok: true; answer: AccessAnswer } | { ok: false; message: string };

/** What a connection is to say of who it is for. */
export type Ticket = { ok: true; token: string | null } | { ok: false; message: string };

/**
 * The browser's sign-in at its own server. The token is handed over once and lies in a cookie from then on, which no script reads; a
 * connection says a ticket instead.
 */
export class AccessApi {
  readonly #fetch: Fetch;
  readonly #path: string;

  /** @param origin of the server, where the page's own cannot be told */
  constructor(origin = '', fetchPath: Fetch = (path, init) => fetch(path, init)) {
    this.#path = `${origin}${PATH}`;
    this.#fetch = fetchPath;
  }

  /** Null when the server cannot be asked. */
  async who(): Promise<AccessAnswer | null> {
    try {
      const answer = await this.#ask('GET', '');
      return answer.ok ? ((await answer.json()) as AccessAnswer) : null;
    } catch {
      return null;
    }
  }

  async signIn(token: string, keep: boolean): Promise<SignedIn> {
    try {
      const answer = await this.#ask('POST', '', { token, keep });
      if (!answer.ok) return { ok: false, message: await sentenceOf(answer) };
      // A browser drops a cookie that needs TLS without a word.
      const kept = await this.who();
      if (kept?.user === null)
        return { ok: false, message: 'The browser keeps no sign-in of this address: open it with https.' };
      return { ok: true, answer: (await answer.json()) as AccessAnswer };
    } catch {
      return { ok: false, message: 'The server cannot be reached.' };
    }
  }

  /** False when the server cannot be reached: the cookie is still there. */
  async signOut(): Promise<boolean> {
    try {
      return (await this.#ask('DELETE', '')).ok;
    } catch {
      return false;
    }
  }

  /** @throws Error when the server cannot be reached, or cannot say */
  async ticket(): Promise<Ticket> {
    const answer = await this.#ask('POST', '/ticket');
    if (answer.status === 204) return { ok: true, token: null };
    if (answer.status === 401 || answer.status === 403)
      return { ok: false, message: await sentenceOf(answer) };
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return { ok: true, token: ((await answer.json()) as { ticket: string }).ticket };
  }

  #ask(method: string, path: string, body?: object): Promise<Response> {
    return this.#fetch(`${this.#path}${path}`, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  }
}

/** Tickets of the server that a socket belongs to. */
export function ticketsOf(socketUrl: string): () => Promise<Ticket> {
  const { protocol, host } = new URL(socketUrl);
  const api = new AccessApi(`${protocol === 'wss:' ? 'https' : 'http'}://${host}`);
  return () => api.ticket();
}

async function sentenceOf(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => null)) as { message?: unknown } | null;
  return typeof body?.message === 'string' ? body.message : `The server answered ${answer.status}.`;
}
