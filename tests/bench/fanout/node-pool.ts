import { systemClock } from '../../../server/clock.ts';
import type { ClientOrder, ClientPool, OnSample, PoolCounts } from './client-pool.ts';
import { usage } from './control.ts';
import { HEARTBEAT_MS } from './load-forms.ts';
import { RawClient } from './raw-client.ts';

const OPENING_MAX = 32;

interface Tally {
  frames: number;
  bytes: number;
  newestUs: number;
}

/** Clients on this process's own sockets. */
export class NodePool implements ClientPool {
  readonly #onSample: OnSample;
  readonly #tallies = new Map<number, Tally>();

  constructor(onSample: OnSample) {
    this.#onSample = onSample;
  }

  async connect(order: ClientOrder): Promise<void> {
    const { clients, group } = order;
    const tally: Tally = { frames: 0, bytes: 0, newestUs: 0 };
    this.#tallies.set(group, tally);
    let next = 0;
    const openSome = async (): Promise<void> => {
      while (next < clients) await this.#open(order, tally, next++);
    };
    await Promise.all(Array.from({ length: OPENING_MAX }, openSome));
  }

  async counts(group: number): Promise<PoolCounts> {
    const { frames, bytes, newestUs } = this.#tallies.get(group)!;
    return { frames, bytes, quietUs: systemClock.nowUs() - newestUs, lost: 0, cpuUs: usage().cpuUs };
  }

  async #open(order: ClientOrder, tally: Tally, index: number): Promise<void> {
    const { group, port, form, path, greetings, sampledEvery } = order;
    const sampled = index % sampledEvery === 0;
    const onMessage = (payload: Uint8Array, frameBytes: number): void => {
      if (form.isData(payload[0]!)) {
        tally.frames += 1;
        tally.bytes += frameBytes;
        tally.newestUs = systemClock.nowUs();
      }
      if (sampled) this.#onSample(group, index, systemClock.nowUs(), payload);
    };
    const client = await RawClient.open(port, path, onMessage, form.subprotocol);
    client.sendFrames(greetings[index % greetings.length]!);
    const { heartbeat } = form;
    if (heartbeat !== null) setInterval(() => client.sendFrames(heartbeat), HEARTBEAT_MS).unref();
  }
}
