import {
  closingSentence,
  stepsToText,
  type Closing,
  type InstrumentDefinition,
  type UnixUs,
} from '#protocol';

const WIDTH = 320;
const HEIGHT = 84;
const SPARK = { left: 204, top: 12, width: 104, height: 32 };
/** Longest symbol and name that fit beside the sparkline, letters. */
const SYMBOL_LETTERS = 18;
/** Signs of a price that have room beside the change at full size; longer ones are written smaller. */
const PRICE_SIGNS = 13;
const PRICE_PX = 22;
const MINUS = '−';

export type PictureTheme = 'auto' | 'dark' | 'light';

/** What the picture shows. Prices in ticks; NaN = not known. */
export interface QuoteFacts {
  readonly instrument: InstrumentDefinition;
  readonly last: number;
  /** Price that the change is counted from. */
  readonly open: number;
  /** Of the newest trade; NaN = none. */
  readonly tradeTimeUs: number;
  readonly nowUs: UnixUs;
  /** One a minute, oldest first. */
  readonly closes: readonly number[];
  readonly simulated: boolean;
  readonly replay: boolean;
  /** Why the price cannot be trusted now; empty = it can. */
  readonly stale: string;
  /** The close that its exchange is behind; null while it trades. */
  readonly closing: Closing | null;
}

export interface PictureLook {
  readonly theme: PictureTheme;
  /** Rising prices are red. */
  readonly redUp: boolean;
}

const DARK =
  '--bg:#0f131a;--line:#252d3a;--t1:#e8ecf2;--t2:#a9b4c3;--gain:#3dd6c4;--loss:#f0556b;--accent:#f2b84b';
const LIGHT =
  '--bg:#fff;--line:#d9dfe7;--t1:#121821;--t2:#455163;--gain:#006e75;--loss:#b81d34;--accent:#8a5a00';

/** A quote as an SVG without scripts, fonts or links: it looks the same wherever a picture may stand. */
export function quotePicture(facts: QuoteFacts, look: PictureLook): string {
  const { instrument, last, open, closes } = facts;
  const change = last - open;
  const moved = open === 0 ? Number.NaN : (100 * change) / Math.abs(open);
  const direction = change > 0 ? 'up' : change < 0 ? 'down' : 'flat';
  const symbol = cut(instrument.symbol, SYMBOL_LETTERS);
  const price = Number.isNaN(last) ? '–' : grouped(stepsToText(last, instrument.tick));
  const closed = facts.closing === null ? '' : `${closingSentence(facts.closing)} Last ${price}.`;
  const below = facts.stale || closed || ageText(facts);
  // Who hears a picture hears its title and nothing else of it.
  const words = `${instrument.symbol} ${price} ${percent(moved)}, ${venueText(facts)}, ${below}`;
  return picture(look, words, [
    text(12, 22, 't1 b', symbol),
    text(12, 37, 't2 s', cut(venueText(facts), 28)),
    text(12, 60, 't1 l', price, priceStyle(price)),
    text(SPARK.left + SPARK.width, 60, `${direction} b e`, changeText(moved, direction)),
    text(12, 76, `${facts.stale === '' ? 't2' : 'accent'} s`, facts.stale === '' ? below : cut(below, 48)),
    spark(closes, direction),
  ]);
}

/** The same form for a symbol that is not there. */
export function missingPicture(symbol: string, look: PictureLook): string {
  const sentence = 'No feed has this symbol now.';
  return picture(look, `${symbol}: ${sentence}`, [
    text(12, 34, 't1 b', cut(symbol, 36)),
    text(12, 56, 't2', sentence),
  ]);
}

function picture({ theme, redUp }: PictureLook, title: string, parts: readonly string[]): string {
  const colours =
    theme === 'auto'
      ? `svg{${LIGHT}}@media (prefers-color-scheme:dark){svg{${DARK}}}`
      : `svg{${theme === 'dark' ? DARK : LIGHT}}`;
  const [up, down] = redUp ? ['loss', 'gain'] : ['gain', 'loss'];
  const style =
    `${colours}text{font:500 12px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-variant-numeric:tabular-nums}` +
    `.b{font-weight:650;font-size:14px}.s{font-size:11px}.l{font-weight:650;font-size:${PRICE_PX}px}.e{text-anchor:end}` +
    `.t1{fill:var(--t1)}.t2,.flat{fill:var(--t2)}.accent{fill:var(--accent)}.up{fill:var(--${up})}.down{fill:var(--${down})}` +
    `path{fill:none;stroke-width:1.5;stroke-linejoin:round}path.up{stroke:var(--${up})}path.down{stroke:var(--${down})}path.flat{stroke:var(--t2)}` +
    'path.up,path.down,path.flat{fill:none}';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="t">` +
    `<title id="t">${escaped(title)}</title><style>${style}</style>` +
    `<rect x=".5" y=".5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="6" style="fill:var(--bg);stroke:var(--line)"/>` +
    `${parts.join('')}</svg>\n`
  );
}

function text(x: number, y: number, classes: string, words: string, style = ''): string {
  return `<text x="${x}" y="${y}" class="${classes}"${style}>${escaped(words)}</text>`;
}

function priceStyle({ length }: string): string {
  if (length <= PRICE_SIGNS) return '';
  return ` style="font-size:${((PRICE_PX * PRICE_SIGNS) / length).toFixed(1)}px"`;
}

function spark(closes: readonly number[], direction: string): string {
  if (closes.length < 2) return '';
  const low = Math.min(...closes);
  const range = Math.max(...closes) - low;
  const { left, top, width, height } = SPARK;
  const points = closes.map((close, at) => {
    const x = left + (at / (closes.length - 1)) * width;
    const y = range === 0 ? top + height / 2 : top + height - ((close - low) / range) * height;
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `<path class="${direction}" d="M${points.join('L')}"/>`;
}

/** `coinbase · REPLAY`. A venue that is called SIM needs not be marked as simulated. */
function venueText({ instrument, simulated, replay }: QuoteFacts): string {
  const isSaid = instrument.venue.toUpperCase() === 'SIM';
  return [instrument.venue, simulated && !isSaid ? 'SIM' : '', replay ? 'REPLAY' : '']
    .filter((part) => part !== '')
    .join(' · ');
}

/** Direction by sign and arrow too, not by colour alone. */
function changeText(moved: number, direction: string): string {
  const arrow = direction === 'up' ? '▲ ' : direction === 'down' ? '▼ ' : '';
  return `${arrow}${percent(moved)}`;
}

/** Rounded and grouped as the dashboard does it. */
const PERCENT = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function percent(moved: number): string {
  if (!Number.isFinite(moved)) return '–';
  const digits = PERCENT.format(Math.abs(moved));
  return `${digits === '0.00' ? '' : moved > 0 ? '+' : MINUS}${digits}%`;
}

/** The picture stands still: the time of day says what it is of, the age how old the price was then. */
function ageText({ tradeTimeUs, nowUs }: QuoteFacts): string {
  const clock = `${new Date(Math.floor(nowUs / 1000)).toISOString().slice(11, 19)} UTC`;
  if (Number.isNaN(tradeTimeUs)) return `${clock} · no trade yet`;
  const seconds = Math.max(0, (nowUs - tradeTimeUs) / 1e6);
  const age =
    seconds < 10
      ? `${seconds.toFixed(1)} s`
      : seconds < 120
        ? `${Math.round(seconds)} s`
        : seconds < 7200
          ? `${Math.round(seconds / 60)} min`
          : seconds < 172_800
            ? `${Math.round(seconds / 3600)} h`
            : `${Math.round(seconds / 86_400)} d`;
  return `${clock} · last trade ${age} before`;
}

/** `64218.50` -> `64,218.50`. */
function grouped(decimal: string): string {
  const [whole = '', fraction] = decimal.replace('-', MINUS).split('.');
  const groups = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

function cut(words: string, letters: number): string {
  const all = [...words];
  return all.length <= letters ? words : `${all.slice(0, letters - 1).join('')}…`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML: marks become entities, and what no XML document may hold is left out. */
function escaped(words: string): string {
  return words
    .toWellFormed()
    .replaceAll(/[^\P{C}\t\n]|[\uFFFE\uFFFF]/gu, '')
    .replaceAll(/[&<>"']/g, (mark) => ENTITIES[mark]!);
}
