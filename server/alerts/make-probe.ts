import { stepsAround, type AlertCondition } from '#protocol';
import { ChangeProbe } from './change-probe.ts';
import { PriceProbe } from './price-probe.ts';
import type { Probe, ProbeParts } from './probe.ts';
import { SpreadProbe } from './spread-probe.ts';
import { StaleProbe } from './stale-probe.ts';
import { VolumeProbe } from './volume-probe.ts';

/** Null where the condition cannot be told in the instrument's units: a level beyond 2^53 ticks. */
export function makeProbe(condition: AlertCondition, parts: ProbeParts): Probe | null {
  const { tick } = parts.definition;
  switch (condition.kind) {
    case 'price':
      if (stepsAround(condition.level, tick) === null || stepsAround(parts.rearmBy, tick) === null)
        return null;
      return new PriceProbe(condition, parts);
    case 'change':
      return new ChangeProbe(condition, parts);
    case 'volume':
      return new VolumeProbe(condition, parts);
    case 'spread':
      return new SpreadProbe(condition, parts);
    case 'stale':
      return new StaleProbe(condition, parts);
  }
}
