import { Packr } from 'msgpackr';
import { MessagePackError, readMessagePack } from '../message-pack.ts';
import type { RawFrame } from '../venue/ports.ts';
import type { AlpacaMessage } from './wire.ts';

/**
 * AL1 "Content-Type: application/msgpack" as a header of the handshake chooses MessagePack in binary frames, both ways; without it
 *     the stream speaks JSON in text frames. https://docs.alpaca.markets/docs/real-time-stock-pricing-data
 * AL2 In MessagePack a time is a timestamp (extension -1) with nanoseconds, and a trade id up to uint64; both stay exact here. Prices
 *     are float64: they are read as the shortest decimal text that gives the same double, which is what the venue started from
 *     as long as it has at most 15 digits.
 */
export const HEADERS = { 'Content-Type': 'application/msgpack' } as const;

const LIMITS = { depthMax: 6, elementsMax: 1_000_000 };
const packr = new Packr({ useRecords: false, variableMapSize: true });
/** A trade id that JSON.parse would round. Within a text the quotes would have backslashes. */
const LONG_ID = /("(?:i|oi|ci)"\s*:\s*)(\d{16,})/g;

export type Codec = 'msgpack' | 'json';

/** The frame's messages, always a list; or why it cannot be read. */
export function decode(frame: RawFrame): readonly AlpacaMessage[] | string {
  let value: unknown;
  try {
    value =
      typeof frame === 'string'
        ? JSON.parse(frame.replaceAll(LONG_ID, '$1"$2"'))
        : readMessagePack(frame, LIMITS);
  } catch (error) {
    return error instanceof MessagePackError ? error.message : 'The frame is no JSON.';
  }
  if (!Array.isArray(value)) return 'The frame is no list of messages.';
  const isSound = value.every((message) => typeof message === 'object' && message !== null);
  return isSound ? (value as AlpacaMessage[]) : 'The frame holds what is no message.';
}

export function encode(message: object, codec: Codec): RawFrame {
  return codec === 'json' ? JSON.stringify(message) : packr.pack(message);
}
