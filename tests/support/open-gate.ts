import type { Authority } from '../../server/access/authority.ts';
import { ViewerGate } from '../../server/access/viewer-gate.ts';
import type { Clock } from '../../server/engine/ports.ts';

/** A gate that lets everybody in, or whom these authorities know. */
export function openGate(clock: Clock, authorities: readonly Authority[] = []): ViewerGate {
  return new ViewerGate({ authorities, clock, log: () => undefined });
}
