import { assertNever } from '../../../protocol/invariant.ts';
import type { Desk } from '../desk.svelte.ts';
import type { ReplayAction } from './replay-keys.ts';

/** Does what a key of the replay asks for. */
export function runReplayAction(desk: Desk, action: ReplayAction): void {
  const { replay } = desk;
  switch (action.type) {
    case 'step':
      return replay.step(action.count, action.unit ?? replay.stepUnit);
    case 'reverse':
      return replay.playBackwards();
    case 'pause':
      return replay.transport.pause();
    case 'faster':
      return replay.forward();
    case 'go-to-start':
      return replay.transport.toStart();
    case 'go-to-end':
      return replay.visit.isTape ? desk.goLive() : replay.transport.toEnd();
    case 'go-live':
      return desk.goLive();
    case 'loop-in':
      return replay.loop.setIn();
    case 'loop-out':
      return replay.loop.setOut();
    case 'loop':
      return replay.loop.toggle();
    case 'bookmark':
      return replay.bookmark();
    case 'jump':
      return desk.openJump('');
    case 'copy-link':
      return desk.copyLink();
    default:
      return assertNever(action);
  }
}
