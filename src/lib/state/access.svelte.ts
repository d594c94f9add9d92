import type { AccessAnswer } from '#protocol';
import type { AccessApi } from '../client/access-api.ts';

/** Where the page keeps what it showed last, for times without a server: `src/service-worker.ts` names it. */
const KEPT_PAGES = 'tickwire-pages-';

export interface AccessParts {
  readonly api: Pick<AccessApi, 'who' | 'signIn' | 'signOut'>;
  /** The connections of this browser are told. */
  readonly onSignIn: (signedIn: boolean) => void;
  /** Pages that the browser keeps; absent where there are none. */
  readonly pages?: Pick<CacheStorage, 'keys' | 'delete'> | undefined;
}

/** Who this browser is signed in as. Knows no token: that goes to the server and lies in a cookie. */
export class Access {
  /** Null = not asked yet, or the server cannot be asked. */
  answer = $state.raw<AccessAnswer | null>(null);
  /** Why the last try failed; empty = it did not. */
  problem = $state('');
  isBusy = $state(false);
  /** The viewer signed out on this page. */
  isSignedOut = $state(false);
  readonly #parts: AccessParts;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  async refresh(): Promise<void> {
    this.answer = await this.#parts.api.who();
  }

  /** @returns whether the server knows the token */
  async signIn(token: string, keep: boolean): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    const signedIn = await this.#parts.api.signIn(token.trim(), keep);
    this.isBusy = false;
    this.problem = signedIn.ok ? '' : signedIn.message;
    if (!signedIn.ok) return false;
    this.answer = signedIn.answer;
    this.isSignedOut = false;
    this.#parts.onSignIn(true);
    return true;
  }

  /** @returns whether the browser is signed out */
  async signOut(): Promise<boolean> {
    if (!(await this.#parts.api.signOut())) {
      this.problem = 'The server cannot be reached: you are still signed in.';
      return false;
    }
    this.problem = '';
    this.isSignedOut = true;
    this.#parts.onSignIn(false);
    await this.dropPages();
    await this.refresh();
    return true;
  }

  /** Pages hold prices: they are not for whoever opens the browser next. */
  async dropPages(): Promise<void> {
    const { pages } = this.#parts;
    if (pages === undefined) return;
    const names = (await pages.keys()).filter((name) => name.startsWith(KEPT_PAGES));
    await Promise.all(names.map((name) => pages.delete(name)));
  }
}

/** The real one. In the browser only does it ask anything. */
export function browserAccess(onSignIn: (signedIn: boolean) => void): Access {
  return new Access({
    api: laterApi(),
    onSignIn,
    pages: typeof caches === 'undefined' ? undefined : caches,
  });
}

/** What asks the server comes when something is asked: most pages never do. */
function laterApi(): AccessParts['api'] {
  const load = async (): Promise<AccessApi> => new (await import('../client/access-api.ts')).AccessApi();
  return {
    who: async () => (await load()).who(),
    signIn: async (token, keep) => (await load()).signIn(token, keep),
    signOut: async () => (await load()).signOut(),
  };
}
