import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '#protocol';
import type { ClientOrder, ClientPool, OnSample, PoolCounts } from './client-pool.ts';
import { LineProcess } from './line-process.ts';
import { HEARTBEAT_MS } from './load-forms.ts';
import { upgradeRequest } from './raw-client.ts';

/** Group, client, arrival and length before each sampled payload. */
const SAMPLE_HEAD_BYTES = 20;

/** Clients in `wire-clients.c`, which says how it is spoken to. */
export class WirePool implements ClientPool {
  readonly #process: LineProcess;
  readonly #folder: string;
  readonly #onSample: OnSample;
  #rest: Buffer = Buffer.alloc(0);

  /** @param folder where scripts for it may be written */
  constructor(program: string, folder: string, onSample: OnSample) {
    this.#process = new LineProcess(program, null, (chunk) => this.#onBytes(chunk));
    this.#folder = folder;
    this.#onSample = onSample;
  }

  async connect(order: ClientOrder): Promise<void> {
    const { group, port, clients, sampledEvery } = order;
    const script = join(this.#folder, `group-${group}`);
    writeFileSync(script, scriptOf(order));
    const command = ['connect', group, port, clients, sampledEvery, HEARTBEAT_MS, script];
    const answer = await this.#process.ask(command.join(' '));
    invariant(
      answer[0] === 'connected',
      `the server lets the clients in, and does not say ${answer.join(' ')}`,
    );
  }

  async counts(group: number): Promise<PoolCounts> {
    const [, frames, bytes, quietUs, lost, cpuUs] = (await this.#process.ask(`counts ${group}`)).map(Number);
    return { frames: frames!, bytes: bytes!, quietUs: quietUs!, lost: lost!, cpuUs: cpuUs! };
  }

  #onBytes(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= SAMPLE_HEAD_BYTES) {
      const begin = at + SAMPLE_HEAD_BYTES;
      const end = begin + bytes.readUInt32LE(at + 16);
      if (end > bytes.length) break;
      const arrivalUs = Number(bytes.readBigUInt64LE(at + 8));
      this.#onSample(
        bytes.readUInt32LE(at),
        bytes.readUInt32LE(at + 4),
        arrivalUs,
        bytes.subarray(begin, end),
      );
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }
}

function scriptOf({ port, form, path, greetings }: ClientOrder): Buffer {
  const blob = (bytes: Uint8Array): Uint8Array[] => [uint32(bytes.length), bytes];
  return Buffer.concat([
    Uint8Array.from({ length: 256 }, (_, first) => (form.isData(first) ? 1 : 0)),
    ...blob(Buffer.from(upgradeRequest(port, path, form.subprotocol))),
    ...blob(form.heartbeat ?? new Uint8Array(0)),
    uint32(greetings.length),
    ...greetings.flatMap(blob),
  ]);
}

const uint32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
