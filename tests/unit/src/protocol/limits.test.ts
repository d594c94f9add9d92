import { describe, expect, it } from 'vitest';
import {
  FRAME_HEAD_BYTES_MAX,
  LIMITS,
  PROTOCOL_VERSION,
  QUOTE_BYTES_MAX,
  SUBPROTOCOL_BINARY,
  SUBPROTOCOL_JSON,
  encodeClientMessage,
  grantRateHz,
} from '#protocol';

describe('LIMITS', () => {
  it('are positive numbers', () => {
    for (const [name, value] of Object.entries(LIMITS))
      expect({ name, ok: value > 0 }).toEqual({ name, ok: true });
  });

  it('[HB3] let a client miss one heartbeat before the server gives it up', () => {
    expect(LIMITS.heartbeatMs * 2).toBeLessThan(LIMITS.silenceMaxMs);
  });

  it('[LI1] hold inbound frames to the 64 KB that OWASP advises', () => {
    expect(LIMITS.inboundFrameBytesMax).toBeLessThanOrEqual(65_536);
  });

  it('[LI1] leave room in a frame for as many short selectors as may be sent', () => {
    const selectors = Array.from({ length: LIMITS.selectorsMax }, () => 'BTC-USD');
    for (const encoding of ['binary', 'json'] as const) {
      const frame = encodeClientMessage(
        { type: 'subscribe', subscription: 1, channel: 'quote', selectors },
        encoding,
      );
      expect(frame.length).toBeLessThanOrEqual(LIMITS.inboundFrameBytesMax);
    }
  });

  it('[LI4] cut a client only far above the mark at which its data waits', () => {
    // A frame that brings a client up to now is written before the mark is looked at again.
    expect(FRAME_HEAD_BYTES_MAX + 10_000 * QUOTE_BYTES_MAX).toBeLessThan(LIMITS.queueBytesHard);
  });

  it('[LI2] let a client subscribe to all it may in one burst', () => {
    expect(LIMITS.messagesBurst).toBeGreaterThan(LIMITS.subscriptionsMax + LIMITS.messagesPerSecond);
  });

  it('[SU7] serve the default rate as it is', () => {
    expect(grantRateHz(LIMITS.rateHzDefault)).toBe(LIMITS.rateHzDefault);
  });
});

it('[EV4] the version stands in the names of both subprotocols', () => {
  expect(SUBPROTOCOL_BINARY).toBe(`tickwire.v${PROTOCOL_VERSION}`);
  expect(SUBPROTOCOL_JSON).toBe(`tickwire.v${PROTOCOL_VERSION}.json`);
});
