import type { ConnectionLimits } from '../../client/connection-limits.ts';
import { formatCount } from '../../format/index.ts';

/** `256 kbit/s`, `10 Mbit/s`. */
export function bandwidthText(bitsPerSecond: number): string {
  const thousands = bitsPerSecond / 1000;
  return thousands < 1000 ? `${thousands} kbit/s` : `${thousands / 1000} Mbit/s`;
}

/** What a bandwidth comes to when it is used to the full: `115 MB an hour`. */
export function hourlyText(bitsPerSecond: number): string {
  return `${formatCount((bitsPerSecond / 8) * (3600 / 1e6))} MB an hour`;
}

/** What was asked for beside what the server grants, a sentence each. */
export function grantSentences(asked: ConnectionLimits, granted: ConnectionLimits): string[] {
  if (granted.maxRateHz === 0) return ['The server has granted nothing yet.'];
  const rate =
    granted.maxRateHz === asked.maxRateHz
      ? `Granted: ${granted.maxRateHz} Hz.`
      : `Asked for ${asked.maxRateHz} Hz, granted ${granted.maxRateHz} Hz.`;
  return [rate, ...capSentence(asked.maxBitsPerSecond, granted.maxBitsPerSecond)];
}

function capSentence(asked: number, granted: number): string[] {
  if (asked === 0 && granted === 0) return [];
  if (granted === 0) return [`${bandwidthText(asked)} is not granted yet.`];
  const most = `At most ${bandwidthText(granted)}: ${hourlyText(granted)}.`;
  return asked === granted || asked === 0 ? [most] : [`Asked for ${bandwidthText(asked)}. ${most}`];
}
