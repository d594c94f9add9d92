import { LIMITS } from '../../../protocol/limits.ts';

/** `4×`, `0.25×`, `max`. */
export function speedText(speed: number): string {
  return speed >= LIMITS.replaySpeedMax ? 'max' : `${speed}×`;
}
