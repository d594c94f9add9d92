import type { RawFrame } from './ports.ts';

/** Sent later, from a timer, they would fail where nobody could tell whose they are. @throws TypeError when they are no frames */
export function sendableFrames(frames: unknown): readonly RawFrame[] {
  // That it is one is told here; whatever becomes of it is nobody's business any more.
  if (frames instanceof Promise) frames.catch(() => undefined);
  const isFrame = (frame: unknown): boolean => typeof frame === 'string' || frame instanceof Uint8Array;
  if (Array.isArray(frames) && frames.every(isFrame)) return frames as RawFrame[];
  throw new TypeError('What it wants to send is no list of text or bytes.');
}
