import { isIP } from 'node:net';

/** Names that stand for the networks of this machine and of private addresses. */
const NETWORK_NAMES = ['loopback', 'linklocal', 'uniquelocal'];
const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/**
 * Whether this names proxies that may say for whom they ask: an address, a network (`10.0.0.0/8`), or a name of one. Not everybody
 * (`0.0.0.0/0`): who may be anybody is no proxy.
 */
export function isTrustedProxy(text: string): boolean {
  if (NETWORK_NAMES.includes(text)) return true;
  const [, address = '', bits] = /^([^/%]*)(?:\/([1-9]\d{0,2}))?$/.exec(text) ?? [];
  const bitsMax = BITS[isIP(address)];
  return bitsMax !== undefined && (bits === undefined || Number(bits) <= bitsMax);
}
