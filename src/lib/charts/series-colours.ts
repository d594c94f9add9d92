import type { Palette } from './palette.ts';
import type { PlottedStudy } from './plotted-studies.ts';

/**
 * Colours of lines besides the price, none of which says up, down or replay. At least 4.5:1 on the theme's ground. Whoever cannot tell them
 * apart finds each line's name at its end and in the legend.
 */
const ON_DARK = ['#6cb2ff', '#c99bff', '#ff9e80', '#9ade7b', '#f58fd0', '#62d8f0', '#b7bfcc'];
const ON_LIGHT = ['#0b62c4', '#7a3fc0', '#b4470f', '#3b7a1a', '#a8267e', '#006f88', '#4a5568'];

const SERIES_COLOURS = ON_DARK.length;

export function seriesColour({ bg1 }: Palette, at: number): string {
  const colours = isDark(bg1) ? ON_DARK : ON_LIGHT;
  return colours[((at % SERIES_COLOURS) + SERIES_COLOURS) % SERIES_COLOURS];
}

/** Of `#rgb` or `#rrggbb`; any other notation counts as dark, which is the base of the page. */
function isDark(colour: string): boolean {
  const long = colour.replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/i, '#$1$1$2$2$3$3');
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(long);
  if (match === null) return true;
  const [red, green, blue] = match.slice(1).map((hex) => Number.parseInt(hex, 16));
  return red * 0.299 + green * 0.587 + blue * 0.114 < 128;
}

/** Of a line of a study that is not the average price. */
export function studyColour({ kind, colourAt }: PlottedStudy, palette: Palette, line = 0): string {
  return seriesColour(palette, kind === 'macd' && line === 1 ? colourAt - 1 : colourAt);
}
