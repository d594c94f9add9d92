import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Admission } from './admission.ts';

/**
 * Passes upgrades on at the pace at which newcomers are let in: the system hands over hundreds of connections at once, and answering them
 * all in one turn of the event loop would keep everybody else waiting for a tenth of a second.
 */
export class PacedUpgrades extends EventEmitter {
  readonly #admission: Admission;
  readonly #waiting = new Set<Duplex>();

  constructor(source: EventEmitter, admission: Admission) {
    super();
    this.#admission = admission;
    source.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#take(request, socket, head),
    );
  }

  /** Hangs up on those whose turn has not come. */
  close(): void {
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
  }

  #take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#waiting.add(socket);
    // Nobody else listens to it until it is passed on.
    socket.on('error', hangUp);
    this.#admission.enter(() => {
      this.#waiting.delete(socket);
      if (socket.destroyed) return;
      this.emit('upgrade', request, socket, head);
      socket.off('error', hangUp);
    });
  }
}

function hangUp(this: Duplex): void {
  this.destroy();
}
