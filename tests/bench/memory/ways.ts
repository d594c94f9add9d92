import { NODE_FLAGS } from '../../../server/launch/node-flags.mjs';
import type { ClientForm } from './requests.ts';

/** A server to be weighed, and how its clients talk. */
export interface Way {
  readonly name: string;
  readonly form: ClientForm;
  readonly file: string;
  /** What a server that makes up its own market is told of it; null for ours, which is asked by its clients. */
  readonly kind: string | null;
  /** Flags of Node that its users start it with. */
  readonly nodeFlags: readonly string[];
  /** Busy clients above which one core does not keep up, so that its queues would be weighed. */
  readonly busyMax: number;
}

const PLAIN = './plain-server.ts';

/** Its flags are those of server/launch.mjs. */
export const OURS: Way = {
  name: 'ours',
  form: 'tickwire',
  file: './tickwire-server.ts',
  kind: null,
  nodeFlags: NODE_FLAGS,
  busyMax: Infinity,
};
export const WS: Way = {
  name: 'bare ws, JSON for each client',
  form: 'ws',
  file: PLAIN,
  kind: 'ws',
  nodeFlags: [],
  busyMax: Infinity,
};
export const SOCKET_IO: Way = {
  name: 'Socket.IO',
  form: 'socket.io',
  file: PLAIN,
  kind: 'socket.io',
  nodeFlags: [],
  busyMax: Infinity,
};
export const DEFLATE: Way = {
  name: 'ws with permessage-deflate',
  form: 'ws-deflate',
  file: PLAIN,
  kind: 'ws-deflate',
  nodeFlags: [],
  busyMax: 300,
};
