/** A MessagePack timestamp (extension -1): the one extension that other people's programs send. */
export class PackedTime {
  /** Since 1970; below 0 before it. */
  readonly seconds: number;
  /** 0..999,999,999, added to the seconds. */
  readonly nanoseconds: number;

  constructor(seconds: number, nanoseconds: number) {
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
  }

  /** Microseconds since 1970; the nanoseconds below are cut. NaN beyond what a number holds. */
  get us(): number {
    const us = this.seconds * 1_000_000 + Math.floor(this.nanoseconds / 1000);
    return Number.isSafeInteger(us) ? us : Number.NaN;
  }
}

/** Bytes that are no MessagePack, or hold what is not taken. One short reason. */
export class MessagePackError extends Error {
  override name = 'MessagePackError';
}

export interface MessagePackLimits {
  readonly depthMax: number;
  /** Elements of arrays and maps in total. */
  readonly elementsMax: number;
}

const TIMESTAMP_EXTENSION = -1;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const KEY_BYTES_MAX = 64;
/** A large object is slow to fill; what people send has some twenty fields. */
const KEYS_MAX = 64;
/** Digits that tell any two float32 values apart. */
const FLOAT32_DIGITS_MAX = 9;
const FLOAT32_DIGITS_MIN = 6;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes one message of somebody else's program to plain values. What msgpackr could not do here without changing it for the whole
 * process: times come out as PackedTime with their nanoseconds, integers beyond 2^53 as BigInt, float32 as the shortest decimal that it
 * stands for. Other extensions, binary values, NaN, repeated keys and `__proto__` are refused; nothing is built that the bytes cannot hold.
 * @throws MessagePackError
 */
export function readMessagePack(bytes: Uint8Array, limits: MessagePackLimits): unknown {
  const reader = new Reader(bytes, limits);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new MessagePackError('bytes after the end of the message');
  return value;
}

class Reader {
  at = 0;
  #elements = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #limits: MessagePackLimits;

  constructor(bytes: Uint8Array, limits: MessagePackLimits) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limits = limits;
  }

  value(depth: number): unknown {
    if (depth > this.#limits.depthMax)
      throw new MessagePackError(`nested deeper than ${this.#limits.depthMax}`);
    const head = this.#view.getUint8(this.#advance(1));
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x1_00;
    if (head <= 0x8f) return this.#map(head & 0x0f, depth);
    if (head <= 0x9f) return this.#array(head & 0x0f, depth);
    if (head <= 0xbf) return this.#text(head & 0x1f);
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc7:
        return this.#extension(this.#view.getUint8(this.#advance(1)));
      case 0xca:
        return shortestFloat32(this.#finite(this.#view.getFloat32(this.#advance(4))));
      case 0xcb:
        return this.#finite(this.#view.getFloat64(this.#advance(8)));
      case 0xcc:
        return this.#view.getUint8(this.#advance(1));
      case 0xcd:
        return this.#view.getUint16(this.#advance(2));
      case 0xce:
        return this.#view.getUint32(this.#advance(4));
      case 0xcf:
        return narrow(this.#view.getBigUint64(this.#advance(8)));
      case 0xd0:
        return this.#view.getInt8(this.#advance(1));
      case 0xd1:
        return this.#view.getInt16(this.#advance(2));
      case 0xd2:
        return this.#view.getInt32(this.#advance(4));
      case 0xd3:
        return narrow(this.#view.getBigInt64(this.#advance(8)));
      case 0xd6:
        return this.#extension(4);
      case 0xd7:
        return this.#extension(8);
      case 0xd9:
        return this.#text(this.#view.getUint8(this.#advance(1)));
      case 0xda:
        return this.#text(this.#view.getUint16(this.#advance(2)));
      case 0xdb:
        return this.#text(this.#view.getUint32(this.#advance(4)));
      case 0xdc:
        return this.#array(this.#view.getUint16(this.#advance(2)), depth);
      case 0xdd:
        return this.#array(this.#view.getUint32(this.#advance(4)), depth);
      case 0xde:
        return this.#map(this.#view.getUint16(this.#advance(2)), depth);
      case 0xdf:
        return this.#map(this.#view.getUint32(this.#advance(4)), depth);
      default:
        throw new MessagePackError('binary values and extensions other than a timestamp are not taken');
    }
  }

  /** Where the next `count` bytes begin. */
  #advance(count: number): number {
    const from = this.at;
    if (count > this.#bytes.length - from) throw new MessagePackError('ends early');
    this.at = from + count;
    return from;
  }

  #finite(value: number): number {
    if (!Number.isFinite(value)) throw new MessagePackError('a number is NaN or infinite');
    return value;
  }

  #text(length: number): string {
    const from = this.#advance(length);
    try {
      return utf8.decode(this.#bytes.subarray(from, from + length));
    } catch {
      throw new MessagePackError('text is not UTF-8');
    }
  }

  #grow(count: number): void {
    this.#elements += count;
    if (this.#elements > this.#limits.elementsMax)
      throw new MessagePackError(`more than ${this.#limits.elementsMax} elements`);
    // An element has a byte at least.
    if (count > this.#bytes.length - this.at) throw new MessagePackError('ends early');
  }

  #array(length: number, depth: number): unknown[] {
    this.#grow(length);
    const values: unknown[] = [];
    for (let index = 0; index < length; index += 1) values.push(this.value(depth + 1));
    return values;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    if (length > KEYS_MAX) throw new MessagePackError(`a map of more than ${KEYS_MAX} keys`);
    this.#grow(2 * length);
    const map: Record<string, unknown> = {};
    for (let index = 0; index < length; index += 1) {
      const key = this.#key();
      if (FORBIDDEN_KEYS.has(key)) throw new MessagePackError(`the key ${key} is not allowed`);
      if (Object.hasOwn(map, key)) throw new MessagePackError(`the key ${key} stands twice`);
      map[key] = this.value(depth + 1);
    }
    return map;
  }

  #key(): string {
    const head = this.#view.getUint8(this.#advance(1));
    const isShort = head >= 0xa0 && head <= 0xbf;
    if (!isShort && head !== 0xd9) throw new MessagePackError('a map key is not short text');
    const length = isShort ? head & 0x1f : this.#view.getUint8(this.#advance(1));
    if (length > KEY_BYTES_MAX) throw new MessagePackError('a map key is not short text');
    return this.#text(length);
  }

  /** https://github.com/msgpack/msgpack/blob/master/spec.md#timestamp-extension-type: 32, 64 and 96 bits. */
  #extension(length: number): PackedTime {
    const type = this.#view.getInt8(this.#advance(1));
    if (type !== TIMESTAMP_EXTENSION || (length !== 4 && length !== 8 && length !== 12))
      throw new MessagePackError('extensions other than a timestamp are not taken');
    const from = this.#advance(length);
    if (length === 4) return new PackedTime(this.#view.getUint32(from), 0);
    if (length === 8) {
      const high = this.#view.getUint32(from);
      return packedTime((high & 3) * 0x1_00_00_00_00 + this.#view.getUint32(from + 4), high >>> 2);
    }
    return packedTime(Number(this.#view.getBigInt64(from + 4)), this.#view.getUint32(from));
  }
}

function packedTime(seconds: number, nanoseconds: number): PackedTime {
  if (nanoseconds > 999_999_999) throw new MessagePackError('a timestamp has more than a second of ns');
  return new PackedTime(seconds, nanoseconds);
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** 150.31 as float32 is 150.30999755859375 when it is widened: the digits after the ninth stand for nothing. */
function shortestFloat32(value: number): number {
  for (let digits = FLOAT32_DIGITS_MIN; digits < FLOAT32_DIGITS_MAX; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(FLOAT32_DIGITS_MAX));
}
