import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SessionReport } from '../engine/reports.ts';

/** Clients that are written in one turn of the event loop: about half a millisecond. */
const CLIENTS_A_TURN = 200;

/** Who needs looking at comes first: most held bytes, then most skipped ticks. */
export function mostHeldFirst(reports: readonly SessionReport[]): SessionReport[] {
  return [...reports].sort(
    (a, b) =>
      b.heldBytes - a.heldBytes || b.ticksSkipped - a.ticksSkipped || (a.session < b.session ? -1 : 1),
  );
}

/** `{"connections":n,"clients":[...]}` in pieces, so that thousands of clients do not hold up a tick. */
export async function* clientsJson(
  connections: number,
  clients: readonly SessionReport[],
): AsyncGenerator<string> {
  yield `{"connections":${connections},"clients":[`;
  for (let at = 0; at < clients.length; at += CLIENTS_A_TURN) {
    const part = clients.slice(at, at + CLIENTS_A_TURN).map((client) => JSON.stringify(client));
    yield `${at === 0 ? '' : ','}${part.join(',')}`;
    await nextTurn();
  }
  yield ']}';
}
