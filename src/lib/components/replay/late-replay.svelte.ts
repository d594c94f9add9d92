import { InvariantError } from '../../../protocol/invariant.ts';
import { BOOKMARKS_KEY } from '../../state/bookmarks-key.ts';
import type { SettingStorage } from '../../state/settings.svelte.ts';
import { isRecord, StoredValue } from '../../state/stored-value.ts';
import type { Replay, ReplayHost } from './replay.svelte.ts';

export type ReplayParts = typeof import('./replay-parts.ts');

/**
 * The way to everything that the page does with replays, which comes when somebody reaches for it, or something is replayed: until it is
 * here nobody has asked for a replay.
 * Holds nothing of a replay itself.
 */
export class LateReplay {
  readonly #host: ReplayHost;
  #here = $state.raw<{ readonly replay: Replay; readonly parts: ReplayParts } | null>(null);
  #loading: Promise<void> | null = null;
  #storage: SettingStorage | null = null;

  constructor(host: ReplayHost) {
    this.#host = host;
  }

  /** Null until it has come. */
  get here(): Replay | null {
    return this.#here?.replay ?? null;
  }

  /** What came with it. */
  get parts(): ReplayParts | null {
    return this.#here?.parts ?? null;
  }

  /** For what comes with it or after it. */
  get loaded(): Replay {
    if (this.#here === null) throw new InvariantError('a replay is used before its code is here');
    return this.#here.replay;
  }

  load(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      // The network may be back when it is asked for again.
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  /** Somebody may be about to ask for it. A failure is told when they do. */
  prepare(): void {
    this.load().catch(() => {});
  }

  /** Does something with it: at once where it is here, else when it has come. */
  use(run: (replay: Replay, parts: ReplayParts) => void): void {
    const go = (): void => {
      if (this.#here !== null) run(this.#here.replay, this.#here.parts);
    };
    if (this.#here !== null) go();
    else this.load().then(go, () => this.#host.say('The replay could not be loaded. Try again.'));
  }

  restore(storage: SettingStorage | null): void {
    this.#storage = storage;
    if (this.here !== null) this.here.restore(storage);
    // Bookmarks stand on the bar.
    else if (isRecord(new StoredValue(BOOKMARKS_KEY).open(storage))) this.prepare();
  }

  async #load(): Promise<void> {
    const parts = await import('./replay-parts.ts');
    const replay = new parts.Replay(this.#host);
    replay.restore(this.#storage);
    this.#here = { replay, parts };
  }
}
