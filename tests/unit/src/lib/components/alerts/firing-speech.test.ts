import { describe, expect, it } from 'vitest';
import { FiringSpeech } from '#lib/components/alerts/firing-speech.ts';

describe('what a screen reader is told of alerts', () => {
  it('is the first at once, then at most one sentence in three seconds, grouped', () => {
    const speech = new FiringSpeech();
    expect([speech.take(0), speech.waitMs(0)]).toEqual([null, null]);
    speech.add('one');
    expect([speech.take(100), speech.waitMs(100)]).toEqual(['one', null]);
    for (const sentence of ['two', 'three', 'four', 'five']) speech.add(sentence);
    expect([speech.take(200), speech.waitMs(200)]).toEqual([null, 2_900]);
    expect(speech.take(3_100)).toBe('4 alerts');
    speech.add('six');
    expect([speech.take(6_099), speech.take(6_100)]).toEqual([null, 'six']);
  });
});
