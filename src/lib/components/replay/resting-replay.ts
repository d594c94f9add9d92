import type { Market } from '../../state/market.ts';
import type { Bookmark } from '../../state/bookmarks.svelte.ts';
import type { TimeRange } from './loop-marks.ts';

/** What the bar shows of a replay. */
export interface ShownReplay {
  readonly visit: {
    readonly isTape: boolean;
    readonly isThere: boolean;
    readonly isOpening: boolean;
  };
  readonly loop: { readonly range: TimeRange | null };
  readonly scrub: { readonly isHeld: boolean };
  readonly marks: readonly Bookmark[];
  readonly canRewind: boolean;
  readonly liveNowUs: number;
  readonly tapeFromUs: number;
}

/** Where the bar of the live market ends, us: without a connection it stands, as the panels do. */
export function liveEdgeUs(timeline: Market['timeline']): number {
  return (timeline.mode === 'live' && timeline.nowUs()) || timeline.liveNowUs();
}

const NOWHERE = { isTape: false, isThere: false, isOpening: false };
const NO_LOOP = { range: null };
const NOT_HELD = { isHeld: false };

/** What the bar shows until what plays recordings is here: that nothing was asked for yet. */
export class RestingReplay implements ShownReplay {
  readonly visit = NOWHERE;
  readonly loop = NO_LOOP;
  readonly scrub = NOT_HELD;
  readonly marks = [];
  readonly #timeline: Market['timeline'];

  constructor({ timeline }: Market) {
    this.#timeline = timeline;
  }

  get canRewind(): boolean {
    return this.#timeline.mode === 'live' && this.tapeFromUs > 0;
  }

  get liveNowUs(): number {
    return liveEdgeUs(this.#timeline);
  }

  get tapeFromUs(): number {
    return this.#timeline.tapeFromUs;
  }
}
