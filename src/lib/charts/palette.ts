/** Colours of a chart, as the page's custom properties of the same names have them. */
export interface Palette {
  bg1: string;
  bg3: string;
  t1: string;
  t2: string;
  t3: string;
  line: string;
  ls: string;
  accent: string;
  up: string;
  down: string;
  replay: string;
  /** Face of the page, for canvas text. */
  face: string;
}

/** The dark theme: what is drawn when a property is missing, as on a bare test page. */
export const DARK_PALETTE: Palette = {
  bg1: '#0F131A',
  bg3: '#1E2530',
  t1: '#E8ECF2',
  t2: '#A9B4C3',
  t3: '#8A96A6',
  line: '#252D3A',
  ls: '#657287',
  accent: '#F2B84B',
  up: '#3DD6C4',
  down: '#F0556B',
  replay: '#B79CFF',
  face: 'sans-serif',
};

const NAMES = ['bg1', 'bg3', 't1', 't2', 't3', 'line', 'ls', 'accent', 'up', 'down', 'replay'] as const;

/** Reads the colours that hold at an element. Costs a style recalculation: once a theme, never a frame. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const palette = { ...DARK_PALETTE };
  for (const name of NAMES) {
    const value = style.getPropertyValue(`--${name}`).trim();
    if (value !== '') palette[name] = value;
  }
  if (style.fontFamily !== '') palette.face = style.fontFamily;
  return palette;
}
