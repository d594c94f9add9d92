import type { ViewerGate } from '../access/viewer-gate.ts';
import type { Clock } from '../engine/ports.ts';
import type { Timelines } from '../timelines/timelines.ts';
import type { Admission } from './admission.ts';
import type { PeerSocket } from './peer-socket.ts';
import type { Session } from './session.ts';

export interface SessionOptions {
  readonly id: string;
  readonly socket: PeerSocket;
  readonly timelines: Timelines;
  readonly clock: Clock;
  readonly serverName: string;
  readonly allowControl: boolean;
  readonly admission: Admission;
  readonly gate: ViewerGate;
  /** Ceiling over the bandwidth that a client may ask for, bits a second; 0 = none. */
  readonly bitsPerSecondMax: number;
  /** Called once, when its `hello` was accepted. */
  readonly onGreeted?: (session: Session) => void;
  /** Called once, when the session is over. */
  readonly onEnd: (session: Session) => void;
  /** Told what an operator should know: refusals and closes, never payloads or tokens. */
  readonly log: (event: string, detail: Record<string, unknown>) => void;
}
