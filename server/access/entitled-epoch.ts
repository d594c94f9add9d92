import type { Entitlement } from './entitlement.ts';

/** No epoch of a timeline holds it. */
const SEPARATOR = '.';

/**
 * A timeline's epoch as viewers of a class are told it. Another class has another one: who comes back, or goes on, with another
 * entitlement begins anew, and keeps nothing that it may not see any more.
 */
export function entitledEpoch(epoch: string, entitlement: Entitlement | null): string {
  return entitlement === null ? epoch : `${epoch}${SEPARATOR}${entitlement.key}`;
}

/** The timeline's own epoch, of one that a viewer of this class names; null when it was told to another class. */
export function plainEpoch(told: string, entitlement: Entitlement | null): string | null {
  const [epoch = '', key] = told.split(SEPARATOR);
  return key === entitlement?.key ? epoch : null;
}
