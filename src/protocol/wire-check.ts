/**
 * Walks an untrusted MessagePack message without building anything, before msgpackr is let near it. Refuses what no message
 * of this protocol holds: extension types, 64-bit integers beyond 2^53, nesting, lengths that the bytes cannot hold, map keys that are not short
 * text or that name an object's prototype, and bytes after the end.
 */
export interface WireCheckLimits {
  depthMax: number;
  /** Elements of arrays and maps in total. */
  elementsMax: number;
}

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const KEY_BYTES_MAX = 64;
const text = new TextDecoder('utf-8', { fatal: true });

/** Null when the bytes are one sound message, else a short reason. */
export function checkMessagePack(bytes: Uint8Array, limits: WireCheckLimits): string | null {
  const walk = new Walk(bytes, limits);
  try {
    walk.value(0);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  return walk.at === bytes.length ? null : 'bytes after the end of the message';
}

/**
 * The same for a value that JSON.parse has built: null when it is sound. Two things are out of its reach: a key that stands
 * twice (JSON.parse keeps the last) and the frame's length, which the socket bounds.
 */
export function checkJson(value: unknown, limits: WireCheckLimits): string | null {
  let elements = 0;
  const walk = (item: unknown, depth: number): string | null => {
    if (depth > limits.depthMax) return `nested deeper than ${limits.depthMax}`;
    if (typeof item === 'number') return Number.isFinite(item) ? null : 'a number is NaN or infinite';
    if (typeof item !== 'object' || item === null) return null;
    const keys = Array.isArray(item) ? [] : Object.keys(item);
    const children: unknown[] = Array.isArray(item) ? item : Object.values(item);
    elements += keys.length + children.length;
    if (elements > limits.elementsMax) return `more than ${limits.elementsMax} elements`;
    for (const key of keys) {
      if (FORBIDDEN_KEYS.has(key)) return `the key ${key} is not allowed`;
      if (key.length > KEY_BYTES_MAX) return 'a map key is not short text';
    }
    for (const child of children) {
      const reason = walk(child, depth + 1);
      if (reason !== null) return reason;
    }
    return null;
  };
  return walk(value, 0);
}

class Refusal extends Error {}

class Walk {
  at = 0;
  #elements = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #limits: WireCheckLimits;

  constructor(bytes: Uint8Array, limits: WireCheckLimits) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limits = limits;
  }

  value(depth: number): void {
    if (depth > this.#limits.depthMax) throw new Refusal(`nested deeper than ${this.#limits.depthMax}`);
    const head = this.#take(1);
    if (head < 0x80 || head >= 0xe0) return;
    if (head <= 0x8f) return this.#map(head & 0x0f, depth);
    if (head <= 0x9f) return this.#array(head & 0x0f, depth);
    if (head <= 0xbf) return this.#text(head & 0x1f);
    switch (head) {
      case 0xc0:
      case 0xc2:
      case 0xc3:
        return;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        throw new Refusal('binary values are not used');
      case 0xca:
        return this.#float32();
      case 0xcb:
        return this.#float64();
      case 0xce:
      case 0xd2:
        return this.#skip(4);
      case 0xcc:
      case 0xd0:
        return this.#skip(1);
      case 0xcd:
      case 0xd1:
        return this.#skip(2);
      case 0xcf:
      case 0xd3:
        return this.#int64(head === 0xd3);
      case 0xd9:
        return this.#text(this.#take(1));
      case 0xda:
        return this.#text(this.#take(2));
      case 0xdb:
        return this.#text(this.#take(4));
      case 0xdc:
        return this.#array(this.#take(2), depth);
      case 0xdd:
        return this.#array(this.#take(4), depth);
      case 0xde:
        return this.#map(this.#take(2), depth);
      case 0xdf:
        return this.#map(this.#take(4), depth);
      default:
        throw new Refusal('extension types are not used');
    }
  }

  #need(count: number): void {
    if (count > this.#bytes.length - this.at) throw new Refusal('ends early');
  }

  #take(width: 1 | 2 | 4): number {
    this.#need(width);
    const at = this.at;
    this.at += width;
    return width === 1
      ? this.#view.getUint8(at)
      : width === 2
        ? this.#view.getUint16(at)
        : this.#view.getUint32(at);
  }

  #skip(count: number): void {
    this.#need(count);
    this.at += count;
  }

  #float32(): void {
    this.#need(4);
    if (!Number.isFinite(this.#view.getFloat32(this.at))) throw new Refusal('a number is NaN or infinite');
    this.at += 4;
  }

  #float64(): void {
    this.#need(8);
    if (!Number.isFinite(this.#view.getFloat64(this.at))) throw new Refusal('a number is NaN or infinite');
    this.at += 8;
  }

  #int64(signed: boolean): void {
    this.#need(8);
    const value = signed ? this.#view.getBigInt64(this.at) : this.#view.getBigUint64(this.at);
    if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER))
      throw new Refusal('an integer is beyond 2^53');
    this.at += 8;
  }

  #text(length: number): void {
    this.#need(length);
    const end = this.at + length;
    // Nearly all text is ASCII, and a call of the decoder costs more than looking.
    while (this.at < end && this.#bytes[this.at]! < 0x80) this.at += 1;
    if (this.at === end) return;
    try {
      text.decode(this.#bytes.subarray(this.at, end));
    } catch {
      throw new Refusal('text is not UTF-8');
    }
    this.at = end;
  }

  #grow(count: number): void {
    this.#elements += count;
    if (this.#elements > this.#limits.elementsMax)
      throw new Refusal(`more than ${this.#limits.elementsMax} elements`);
    this.#need(count);
  }

  #array(length: number, depth: number): void {
    this.#grow(length);
    for (let index = 0; index < length; index += 1) this.value(depth + 1);
  }

  #map(length: number, depth: number): void {
    this.#grow(length * 2);
    const seen = new Set<string>();
    for (let index = 0; index < length; index += 1) {
      const key = this.#key();
      if (FORBIDDEN_KEYS.has(key)) throw new Refusal(`the key ${key} is not allowed`);
      if (seen.has(key)) throw new Refusal(`the key ${key} stands twice`);
      seen.add(key);
      this.value(depth + 1);
    }
  }

  #key(): string {
    const head = this.#take(1);
    const length = head >= 0xa0 && head <= 0xbf ? head & 0x1f : head === 0xd9 ? this.#take(1) : -1;
    if (length < 0 || length > KEY_BYTES_MAX) throw new Refusal('a map key is not short text');
    const from = this.at;
    this.#text(length);
    return text.decode(this.#bytes.subarray(from, this.at));
  }
}
