import { describe, expect, it } from 'vitest';
import { FrameText } from '../../../../../server/feeds/binance/frame-text.ts';
import { messageOf } from '../../../../../server/feeds/binance/map.ts';
import { EXAMPLES, type BinanceFrame } from '../../../../../server/feeds/binance/wire.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

const read = (text: string) => new FrameText().read(text);

function parsed(text: string): BinanceFrame | null {
  try {
    return JSON.parse(text) as BinanceFrame;
  } catch {
    return null;
  }
}

const QUICK = ['aggTrade', 'trade', 'bookTicker', 'depthUpdate', 'ticker', 'serverShutdown'] as const;

describe('the quick reader of frames', () => {
  it.each(QUICK)('reads %s as the parser of the language does', (kind) => {
    const text = EXAMPLES[kind];
    const payload = read(text);
    // A ticker holds an opening time of 0 and prices of one digit: what is not of use may be left to the parser.
    if (kind !== 'ticker') expect(payload).not.toBeNull();
    if (payload !== null) expect(messageOf(payload)).toEqual(messageOf(parsed(text)!));
  });

  it('reads microseconds exactly', () => {
    expect(read(EXAMPLES.trade.replaceAll('1723161255342', '1723161255342123'))).toMatchObject({
      T: 1_723_161_255_342_123,
    });
  });

  it.each([
    ['a raw frame', '{"e":"trade","E":1}'],
    ['an answer', EXAMPLES.subscribed],
    ['a snapshot of REST', EXAMPLES.snapshot],
    ['a member of two letters', '{"stream":"a@b","data":{"pu":1}}'],
    ['an object within', EXAMPLES.kline],
    ['an escape', '{"stream":"a@b","data":{"s":"\\u0042"}}'],
    ['a number with a point', '{"stream":"a@b","data":{"p":1.5}}'],
    ['a number above 2^53', '{"stream":"a@b","data":{"u":12345678901234567890}}'],
    ['a number that begins with 0', '{"stream":"a@b","data":{"u":012}}'],
    ['no members', '{"stream":"a@b","data":{}}'],
    ['a space', '{"stream":"a@b","data":{"u": 1}}'],
    ['something behind it', '{"stream":"a@b","data":{"u":1}}x'],
    ['a member behind data', '{"stream":"a@b","data":{"u":1},"x":1}'],
  ])('leaves %s to the parser', (_, text) => {
    expect(read(text)).toBeNull();
  });

  it('never says other than the parser of the language', () => {
    const random = new SeededRandom(2_021);
    for (let round = 0; round < 5_000; round += 1) {
      const text = EXAMPLES[QUICK[random.below(QUICK.length)]!];
      const at = random.below(text.length);
      const piece = ['', '"', '}', ']', '[', ',', '-', '0', 'e', '\\', 'true', ':'][random.below(12)]!;
      const damaged = text.slice(0, at) + piece + text.slice(at + random.below(3));
      const payload = read(damaged);
      if (payload === null) continue;
      const whole = parsed(damaged);
      expect(whole, `seed ${random.seed}: ${damaged}`).not.toBeNull();
      expect(messageOf(payload), damaged).toEqual(messageOf(whole!));
    }
  });
});
