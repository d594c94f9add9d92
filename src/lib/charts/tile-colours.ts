import type { Palette } from './palette.ts';

/**
 * Share of the colour at the end of the scale. More would bring the text on it below 4.5:1. Where both directions have the text's own
 * colour (mono) less is possible.
 */
const SHARE_MAX = 0.42;
const SHARE_MONO = 0.3;
/** Steps from nothing to the end of the scale, either way: more cannot be told apart, and each is mixed once. */
const STEPS = 20;

/** Colours of tiles by their change, mixed once a theme: a tile's colour is a look-up. */
export class TileColours {
  readonly flat: string;
  readonly unknown: string;
  readonly #up: readonly string[];
  readonly #down: readonly string[];

  constructor(palette: Palette) {
    const isMono = palette.up === palette.down;
    const share = isMono ? SHARE_MONO : SHARE_MAX;
    const scale = (colour: string): string[] =>
      Array.from({ length: STEPS + 1 }, (_, step) =>
        mixColours(palette.bg3, mixColours(palette.bg1, colour, share), step / STEPS),
      );
    this.unknown = palette.bg1;
    this.#up = scale(palette.up);
    this.flat = this.#up[0] ?? palette.bg3;
    this.#down = scale(palette.down);
  }

  /** @param change in units of the scale's end: 1 and more = full colour; NaN = not known */
  of(change: number): string {
    if (Number.isNaN(change)) return this.unknown;
    const step = Math.min(STEPS, Math.round(Math.abs(change) * STEPS));
    return (change >= 0 ? this.#up : this.#down)[step] ?? this.flat;
  }
}

/** `share` of the second colour in the first. Both as `#rrggbb` or `#rgb`, which a style sheet may be shortened to; anything else gives the first back. */
export function mixColours(base: string, colour: string, share: number): string {
  const from = channels(base);
  const to = channels(colour);
  if (from === null || to === null) return base;
  const mixed = from.map((value, at) => Math.round(value + (to[at]! - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function channels(colour: string): number[] | null {
  const long = colour.replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/i, '#$1$1$2$2$3$3');
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(long);
  return match === null ? null : match.slice(1).map((hex) => Number.parseInt(hex, 16));
}
