import {
  dataFrameToJson,
  encodeInstrumentsMessage,
  encodeServerMessage,
  type InstrumentId,
  type ServerMessage,
} from '#protocol';
import type { Dictionary } from '../engine/dictionary.ts';
import { readyMessage, type ReadyFrame } from '../engine/ready-frame.ts';

const ready = new WeakMap<ServerMessage, Buffer>();
const texts = new WeakMap<ServerMessage, string>();
let jsonFrame: ReadyFrame | null = null;
let jsonText = '';
let joinedFirst: Buffer | null = null;
let joinedFrame: ReadyFrame | null = null;
let joined: Buffer = Buffer.alloc(0);
let newsOf: News | null = null;
let news: Buffer = Buffer.alloc(0);

/** New references, of some instruments. */
interface News {
  readonly dictionary: Dictionary;
  readonly generation: number;
  readonly changed: readonly InstrumentId[];
}

/** A control message as a WebSocket message, encoded once for all who are told the same object. */
export function readyOnce(message: ServerMessage): Buffer {
  let bytes = ready.get(message);
  if (bytes === undefined) {
    bytes = readyMessage(encodeServerMessage(message, 'binary') as Uint8Array);
    ready.set(message, bytes);
  }
  return bytes;
}

/** The same as JSON. */
export function textOnce(message: ServerMessage): string {
  let text = texts.get(message);
  if (text === undefined) {
    text = encodeServerMessage(message, 'json') as string;
    texts.set(message, text);
  }
  return text;
}

/** The JSON form of a data frame, made once for viewers that are sent the same frame one after the other. */
export function jsonOnce(frame: ReadyFrame): string {
  if (frame !== jsonFrame) {
    jsonText = dataFrameToJson(frame.bytes.subarray(frame.payloadAt));
    jsonFrame = frame;
  }
  return jsonText;
}

/** A control message and a data frame in one piece, put together once for viewers that are sent both one after the other. */
export function joinedOnce(first: Buffer, frame: ReadyFrame): Buffer {
  if (first !== joinedFirst || frame !== joinedFrame) {
    joined = Buffer.concat([first, frame.bytes]);
    joinedFirst = first;
    joinedFrame = frame;
  }
  return joined;
}

/** New references as a WebSocket message, encoded once for viewers of the same instruments who are told one after the other. */
export function newsOnce(
  dictionary: Dictionary,
  generation: number,
  changed: readonly InstrumentId[],
): Buffer {
  const isSame =
    newsOf?.dictionary === dictionary &&
    newsOf.generation === generation &&
    newsOf.changed.length === changed.length &&
    newsOf.changed.every((id, index) => id === changed[index]);
  if (!isSame) {
    news = readyMessage(encodeInstrumentsMessage(generation, [], dictionary.references(changed)));
    newsOf = { dictionary, generation, changed };
  }
  return news;
}
