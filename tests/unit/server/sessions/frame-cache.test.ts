import { describe, expect, it } from 'vitest';
import { durationMs, encodeServerMessage, writeFrameHead, type ServerMessage } from '#protocol';
import { readyMessage, type ReadyFrame } from '../../../../server/engine/ready-frame.ts';
import { joinedOnce, jsonOnce, readyOnce, textOnce } from '../../../../server/sessions/frame-cache.ts';
import { messagesIn } from '../../../support/ready-messages.ts';

const message = (): ServerMessage => ({
  type: 'goodbye',
  code: 4000,
  reason: 'bye',
  retryAfterMs: durationMs(7),
});

function frame(asOf: number): ReadyFrame {
  const payload = new Uint8Array(16);
  const bytes = readyMessage(payload.subarray(0, writeFrameHead(payload, 0, 1, asOf, 3, 0)));
  return { bytes, payloadAt: 2, slab: { hold: () => undefined, release: () => undefined }, entries: 0 };
}

describe('what is told to many', () => {
  it('is encoded once for each encoding', () => {
    const shared = message();
    expect(readyOnce(shared)).toBe(readyOnce(shared));
    expect(messagesIn(readyOnce(shared))).toEqual([
      new Uint8Array(encodeServerMessage(shared, 'binary') as Uint8Array),
    ]);
    expect(textOnce(shared)).toBe(JSON.stringify(shared));
  });

  it('is known by what it is, not by what it says', () => {
    expect(readyOnce(message())).not.toBe(readyOnce(message()));
  });

  it('[JS1] is turned into text once where it is a data frame', () => {
    const first = frame(5_000);
    expect(jsonOnce(first)).toBe('[1,5000,3]');
    // The text is the first one's, whatever became of the bytes since.
    first.bytes[first.payloadAt + 1] = 2;
    expect(jsonOnce(first)).toBe('[1,5000,3]');
    expect(jsonOnce(frame(5_001))).toBe('[1,5001,3]');
  });

  it('is put together once with the frame that it goes out with', () => {
    const control = readyOnce(message());
    const [first, second] = [frame(1), frame(2)];
    const joined = joinedOnce(control, first);
    expect(joinedOnce(control, first)).toBe(joined);
    expect(joined).toEqual(Buffer.concat([control, first.bytes]));
    expect(joinedOnce(control, second)).toEqual(Buffer.concat([control, second.bytes]));
  });
});
