/** The four packets of MQTT 3.1.1 that the benchmark needs, QoS 0. Numbers of sections are those of the OASIS standard. */

const CONNECT = 0x10;
const PUBLISH = 0x30;
/** Section 3.8.1: the lower bits are reserved and must be 2. */
const SUBSCRIBE = 0x82;
const CLEAN_SESSION = 2;
const PROTOCOL_LEVEL = 4;

/** Section 1.5.3: two bytes of length, then UTF-8. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

/** Section 2.2.3: seven bits a byte, the lowest first. */
function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const more = rest > 127 ? 0x80 : 0;
    bytes.push((rest & 0x7f) | more);
    rest >>= 7;
  } while (rest > 0);
  return bytes;
}

function packet(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.from([type, ...remainingLength(body.length)]), body]);
}

/** Section 3.1, with an empty client id (the broker makes one up) and no keep-alive. */
export function connectPacket(): Buffer {
  return packet(CONNECT, text('MQTT'), Uint8Array.of(PROTOCOL_LEVEL, CLEAN_SESSION, 0, 0), text(''));
}

/** Section 3.8. */
export function subscribePacket(topics: readonly string[]): Buffer {
  const filters = topics.map((topic) => Buffer.concat([text(topic), Uint8Array.of(0)]));
  return packet(SUBSCRIBE, Uint8Array.of(0, 1), ...filters);
}

/** Section 3.3. */
export function publishPacket(topic: string, payload: Uint8Array): Buffer {
  return packet(PUBLISH, text(topic), payload);
}

export const isPublish = (firstByte: number): boolean => (firstByte & 0xf0) === PUBLISH;

/** How many PUBLISH packets these bytes hold. */
export function publishesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    if (isPublish(bytes[at]!)) count += 1;
    let length = 0;
    let shift = 0;
    do {
      at += 1;
      length |= (bytes[at]! & 0x7f) << shift;
      shift += 7;
    } while (bytes[at]! & 0x80);
    at += 1 + length;
  }
  return count;
}
