import { powerOfTen, type Increment } from '#protocol';

/** The largest step of which both are whole multiples: 0.05 for 0.25 and 0.1. */
export function commonIncrement(one: Increment, other: Increment): Increment {
  const decimals = Math.max(one.decimals, other.decimals);
  let left = one.units * powerOfTen(decimals - one.decimals);
  let right = other.units * powerOfTen(decimals - other.decimals);
  while (right !== 0) [left, right] = [right, left % right];
  return { units: left, decimals };
}

/** How many steps of `to` make one of `from`, of which it is a whole multiple. */
export function stepsIn(from: Increment, to: Increment): number {
  return (
    (from.units * powerOfTen(Math.max(0, to.decimals - from.decimals))) /
    (to.units * powerOfTen(Math.max(0, from.decimals - to.decimals)))
  );
}
