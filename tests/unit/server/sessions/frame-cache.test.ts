import { describe, expect, it } from 'vitest';
import { durationMs, encodeServerMessage, writeFrameHead, type ServerMessage } from '#protocol';
import { encodeOnce, jsonOnce } from '../../../../server/sessions/frame-cache.ts';

const message = (): ServerMessage => ({
  type: 'goodbye',
  code: 4000,
  reason: 'bye',
  retryAfterMs: durationMs(7),
});

describe('what is told to many', () => {
  it('is encoded once for each encoding', () => {
    const shared = message();
    expect(encodeOnce(shared, 'binary')).toBe(encodeOnce(shared, 'binary'));
    expect(encodeOnce(shared, 'binary')).toEqual(encodeServerMessage(shared, 'binary'));
    expect(encodeOnce(shared, 'json')).toBe(JSON.stringify(shared));
  });

  it('is known by what it is, not by what it says', () => {
    expect(encodeOnce(message(), 'binary')).not.toBe(encodeOnce(message(), 'binary'));
  });

  it('[JS1] is turned into text once where it is a data frame', () => {
    const bytes = new Uint8Array(16);
    const frame = bytes.subarray(0, writeFrameHead(bytes, 0, 1, 5_000, 3, 0));
    expect(jsonOnce(frame)).toBe('[1,5000,3]');
    // The text is the first one's, whatever became of the bytes since.
    frame[1] = 2;
    expect(jsonOnce(frame)).toBe('[1,5000,3]');
    expect(jsonOnce(frame.slice())).toBe('[2,5000,3]');
  });
});
