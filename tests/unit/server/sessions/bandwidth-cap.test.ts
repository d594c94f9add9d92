import { describe, expect, it } from 'vitest';
import { BandwidthCap } from '../../../../server/sessions/bandwidth-cap.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';

const WINDOW_US = 2_000_000;

/** Bytes in the fullest two seconds. */
function fullestWindow(sent: readonly { atUs: number; bytes: number }[]): number {
  let most = 0;
  for (const [index, { atUs }] of sent.entries()) {
    let sum = 0;
    for (let at = index; at < sent.length && sent[at]!.atUs < atUs + WINDOW_US; at += 1)
      sum += sent[at]!.bytes;
    most = Math.max(most, sum);
  }
  return most;
}

/** Sends as much as it may at each tick. */
function saturate(
  bitsPerSecond: number,
  rateHz: number,
  jitterUs: number,
): { atUs: number; bytes: number }[] {
  const random = new SeededRandom(3);
  const cap = new BandwidthCap(bitsPerSecond, 0);
  const sent: { atUs: number; bytes: number }[] = [];
  for (let tick = 0; tick < 60 * rateHz; tick += 1) {
    const atUs = (tick * 1_000_000) / rateHz + random.below(jitterUs + 1);
    const bytes = cap.frameRoom(atUs, rateHz);
    if (bytes === 0) continue;
    cap.spend(bytes, atUs);
    sent.push({ atUs, bytes });
  }
  return sent;
}

describe('BandwidthCap', () => {
  it.each([
    [8_000, 10],
    [16_000, 60],
    [64_000, 1],
    [1_000_000, 30],
    [8_000, 0.5],
  ])('%d bit/s at %d Hz: never more than the cap in any two seconds, and most of it used', (bits, rateHz) => {
    const sent = saturate(bits, rateHz, 5_000);
    expect(fullestWindow(sent)).toBeLessThanOrEqual((bits / 8) * 2);
    const total = sent.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(total / 60).toBeGreaterThan((bits / 8) * (rateHz >= 10 ? 0.75 : 0.4));
  });

  it('is even: no frame takes what the next ones need', () => {
    const sent = saturate(80_000, 10, 0).slice(20);
    expect(Math.max(...sent.map(({ bytes }) => bytes))).toBeLessThan(4_000);
  });

  it('counts control messages, which are not held back', () => {
    const cap = new BandwidthCap(8_000, 0);
    cap.spend(5_000, 0);
    expect(cap.room(1_900_000)).toBe(0);
    expect(cap.room(2_060_000)).toBe(1_700);
  });

  it('forgets all of a long silence', () => {
    const cap = new BandwidthCap(8_000, 0);
    cap.spend(2_000, 10);
    expect(cap.room(3_600_000_000)).toBe(1_700);
  });
});
