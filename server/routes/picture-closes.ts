import type { InstrumentId } from '#protocol';
import type { Clock } from '../engine/ports.ts';
import type { Timeline } from '../timelines/timeline.ts';

const CLOSES = 60;
/** The line of the last hour is asked for anew after this, us: a venue may have to be asked for what lies before our start. */
const FRESH_US = 30_000_000;
/** A picture waits for the line no longer than this, ms. */
const PATIENCE_MS = 800;

interface Kept {
  readonly atUs: number;
  readonly closes: Promise<readonly number[]>;
}

/** Closing prices for pictures, each instrument's asked for at most twice a minute, however many pictures are fetched. */
export class PictureCloses {
  readonly #timeline: Timeline;
  readonly #clock: Clock;
  readonly #max: number;
  readonly #kept = new Map<InstrumentId, Kept>();

  /** @param max instruments that are remembered */
  constructor(timeline: Timeline, clock: Clock, max: number) {
    this.#timeline = timeline;
    this.#clock = clock;
    this.#max = max;
  }

  /** One a minute, oldest first; empty when they do not come in time. The next picture then has them. */
  async of(id: InstrumentId): Promise<readonly number[]> {
    const nowUs = this.#clock.nowUs();
    let kept = this.#kept.get(id);
    if (kept === undefined || nowUs - kept.atUs >= FRESH_US || nowUs < kept.atUs) {
      kept = { atUs: nowUs, closes: this.#ask(id) };
      this.#kept.delete(id);
      this.#kept.set(id, kept);
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > this.#max && oldest !== undefined) this.#kept.delete(oldest);
    }
    const { promise: late, resolve } = Promise.withResolvers<readonly number[]>();
    const cancel = this.#clock.after(PATIENCE_MS, () => resolve([]));
    try {
      return await Promise.race([kept.closes, late]);
    } finally {
      cancel();
    }
  }

  async #ask(id: InstrumentId): Promise<readonly number[]> {
    const answer = await this.#timeline.history({
      type: 'history',
      request: 0,
      kind: 'closes',
      instruments: [id],
      interval: '1m',
      count: CLOSES,
    });
    return typeof answer === 'string' || answer.kind !== 'closes' ? [] : (answer.series[0]?.closes ?? []);
  }
}
