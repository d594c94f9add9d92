import {
  dataFrameToJson,
  encodeServerMessage,
  type Encoding,
  type Frame,
  type ServerMessage,
} from '#protocol';

const messages: Record<Encoding, WeakMap<ServerMessage, Frame>> = {
  binary: new WeakMap(),
  json: new WeakMap(),
};
const texts = new WeakMap<Uint8Array, string>();

/** Encodes a control message once for all who are told the same object. */
export function encodeOnce(message: ServerMessage, encoding: Encoding): Frame {
  const cache = messages[encoding];
  let frame = cache.get(message);
  if (frame === undefined) {
    frame = encodeServerMessage(message, encoding);
    cache.set(message, frame);
  }
  return frame;
}

/** The JSON form of a shared data frame, made once. */
export function jsonOnce(frame: Uint8Array): string {
  let text = texts.get(frame);
  if (text === undefined) {
    text = dataFrameToJson(frame);
    texts.set(frame, text);
  }
  return text;
}
