import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { missingPicture, quotePicture, type QuoteFacts } from '../../../../server/routes/quote-picture.ts';
import { changeRatio, formatPercent } from '../../../../src/lib/format/index.ts';
import { instrument } from '../../../support/test-timeline.ts';

const LOOK = { theme: 'auto', redUp: false } as const;
const NOW_US = unixUs(1_790_856_000_000_000);
const facts: QuoteFacts = {
  instrument: instrument('BTC-USD', { venue: 'coinbase' }),
  last: 6_421_850,
  open: 6_340_610,
  tradeTimeUs: NOW_US - 3_200_000,
  nowUs: NOW_US,
  closes: [1, 3, 2],
  simulated: false,
  replay: false,
  stale: '',
  closing: null,
};

/** Words of the picture, in order. */
const words = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);

/** All that is heard of it: an image has no parts. */
const title = (svg: string): string | undefined => /<title id="t">([^<]*)</.exec(svg)?.[1];

describe('the picture of a quote', () => {
  it('says symbol, venue, price, change with sign and arrow, and how old it is', () => {
    const svg = quotePicture(facts, LOOK);
    expect(words(svg)).toEqual([
      'BTC-USD',
      'coinbase',
      '64,218.50',
      '▲ +1.28%',
      '12:00:00 UTC · last trade 3.2 s before',
    ]);
    expect(title(svg)).toBe('BTC-USD 64,218.50 +1.28%, coinbase, 12:00:00 UTC · last trade 3.2 s before');
    expect(svg).toContain('M204.0 44.0L256.0 12.0L308.0 28.0');
  });

  it('says SIM and REPLAY, and why a price cannot be trusted', () => {
    const closing = { timeUs: 0, clock: '16:00', city: 'New York' };
    expect(words(quotePicture({ ...facts, closing }, LOOK)).at(-1)).toMatch(
      /^Closed 16:00 New York\. Last [\d,.]+\.$/,
    );
    expect(words(quotePicture({ ...facts, closing, stale: 'A gap.' }, LOOK)).at(-1)).toBe('A gap.');
    const said = words(quotePicture({ ...facts, simulated: true, replay: true, stale: 'A gap.' }, LOOK));
    expect(said[1]).toBe('coinbase · SIM · REPLAY');
    expect(said.at(-1)).toBe('A gap.');
    const heard = title(quotePicture({ ...facts, simulated: true, replay: true, stale: 'A gap.' }, LOOK));
    expect(heard).toBe('BTC-USD 64,218.50 +1.28%, coinbase · SIM · REPLAY, A gap.');
  });

  it('writes a price that is too long for its place smaller, so that the change stands beside it', () => {
    const sizeOf = (last: number, decimals: number): number => {
      const long = instrument('X', { tick: { units: 1, decimals } });
      const svg = quotePicture({ ...facts, instrument: long, last }, LOOK);
      return Number(/class="t1 l" style="font-size:([\d.]+)px"/.exec(svg)?.[1] ?? 22);
    };
    expect(sizeOf(6_421_850, 2)).toBe(22);
    expect(sizeOf(123_456_789_012_345, 8)).toBe(15.9);
    expect(sizeOf(165_012_345_600, 2) * '1,650,123,456.00'.length).toBeLessThan(22 * 13 + 1);
  });

  it('draws a symbol without a price, and a falling one with a minus', () => {
    const said = words(
      quotePicture({ ...facts, last: Number.NaN, tradeTimeUs: Number.NaN, closes: [] }, LOOK),
    );
    expect(said.slice(2)).toEqual(['–', '–', '12:00:00 UTC · no trade yet']);
    expect(words(quotePicture({ ...facts, last: 6_000_000 }, LOOK))[3]).toBe('▼ −5.37%');
    expect(words(quotePicture({ ...facts, last: facts.open }, LOOK))[3]).toBe('0.00%');
  });

  it('rounds and groups a change as the dashboard does', () => {
    for (const [last, open] of [
      [20_201, 20_000],
      [16_037, 20_000],
      [20_057, 20_000],
      [-4_000, -5_000],
      [9_999_900, 20],
    ] as const) {
      const [change] = words(quotePicture({ ...facts, last, open }, LOOK)).slice(3);
      expect(change!.slice(2)).toBe(formatPercent(changeRatio(last, open)));
    }
  });

  it('makes text of marks, and leaves out what no XML may hold', () => {
    const evil = instrument('</text><script>"\u0000\u0007', { venue: '&"\'' });
    const svg = quotePicture({ ...facts, instrument: evil }, LOOK);
    expect(svg).not.toContain('<script');
    expect(svg).not.toMatch(/[\p{Cc}--\n]/v);
    expect(words(svg)[0]).toBe('&lt;/text&gt;&lt;script&gt;&quot;');
    expect(missingPicture('<b>&\ud800', LOOK)).toContain('&lt;b&gt;&amp;\ufffd');
  });

  it('has no script, no link and no font from elsewhere', () => {
    const svg = quotePicture(facts, LOOK);
    expect(svg).not.toMatch(/script|href|url\(|@import|on\w+=/i);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toContain('http');
  });

  it('follows the reader’s theme, or the one that was asked for, and the red-up convention', () => {
    expect(quotePicture(facts, LOOK)).toContain('prefers-color-scheme');
    expect(quotePicture(facts, { theme: 'dark', redUp: true })).not.toContain('prefers-color-scheme');
    expect(quotePicture(facts, { theme: 'dark', redUp: true })).toContain('.up{fill:var(--loss)}');
  });

  it('groups thousands and keeps every decimal', () => {
    const price = (last: number, decimals: number): string =>
      words(
        quotePicture({ ...facts, last, instrument: instrument('X', { tick: { units: 1, decimals } }) }, LOOK),
      )[2]!;
    expect([price(123_456_789, 0), price(108_412, 5), price(-5, 1)]).toEqual([
      '123,456,789',
      '1.08412',
      '−0.5',
    ]);
  });
});
