/** Answers of a recording that goes elsewhere all the time, as a short loop does, are as good as they can be. */
const LOOKS_MAX = 4;

/**
 * Whether a recording is being wound to another place, for whoever asks meanwhile. Invariant: nobody waits for longer than the winding takes,
 * or after the end.
 */
export class Winding {
  #done: PromiseWithResolvers<void> | null = null;

  begin(): void {
    this.#done ??= Promise.withResolvers();
  }

  end(): void {
    this.#done?.resolve();
    this.#done = null;
  }

  /**
   * An answer of one place: looks when the recording is there, and again where it went elsewhere in the meantime.
   * @param place changes when the recording goes elsewhere
   */
  async steady<Answer>(look: () => Promise<Answer>, place: () => number): Promise<Answer> {
    for (let looks = 1; ; looks += 1) {
      while (this.#done !== null) await this.#done.promise;
      const before = place();
      const answer = await look();
      if (before === place() || looks === LOOKS_MAX) return answer;
    }
  }
}
