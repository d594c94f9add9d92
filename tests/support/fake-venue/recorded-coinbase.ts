import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { CaptureLines } from '../../../server/feeds/venue/capture-lines.ts';
import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import { coinbaseScript } from './coinbase.ts';
import type { VenueScript } from './script.ts';

/** Recordings that may not all be published lie outside the repository. */
const FOLDER =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const CAPTURE = join(FOLDER, 'ws/coinbase_exchange_2021-04-17.jsonl.gz');
const PRODUCTS = join(FOLDER, 'rest/coinbase_products.jsonl.gz');

/** Type of a frame, and the channels that bring it. */
const CHANNELS: Readonly<Record<string, readonly string[]>> = {
  snapshot: ['level2', 'level2_batch'],
  l2update: ['level2', 'level2_batch'],
  ticker: ['ticker'],
  last_match: ['matches'],
  match: ['matches'],
};

interface CapturedMessage {
  readonly type: string;
  readonly product_id: string;
  readonly trade_id?: number;
  readonly price?: string;
  readonly size?: string;
  readonly side?: 'buy' | 'sell';
}

interface Captured {
  readonly raw: RawFrame;
  readonly message: CapturedMessage;
}

/** Half a minute of ten products of Coinbase as it was recorded, for a fake that says it again, word for word. */
export class RecordedCoinbase {
  readonly script: VenueScript;
  /** What answers a subscription: the first frame of each channel and product. */
  readonly #first = new Map<string, Captured>();
  /** Everything after that, in the order of the recording. */
  readonly #later: Captured[] = [];
  readonly #active = new Map<string, Set<string>>();
  readonly #newest = new Map<string, number>();

  private constructor() {
    for (const raw of framesOf(CAPTURE)) {
      const message = JSON.parse(String(raw)) as CapturedMessage;
      const channel = CHANNELS[message.type]?.[0];
      if (channel === undefined) continue;
      const key = `${channel} ${message.product_id}`;
      if (this.#first.has(key)) this.#later.push({ raw, message });
      else this.#first.set(key, { raw, message });
    }
    this.script = this.#makeScript();
  }

  /** Null when the recording is not there, which is said once. */
  static load(): RecordedCoinbase | null {
    if (existsSync(CAPTURE) && existsSync(PRODUCTS)) return new RecordedCoinbase();
    process.stdout.write(`No captures of Coinbase in ${FOLDER}: skipped (TICKWIRE_DATA names the folder).\n`);
    return null;
  }

  get products(): string[] {
    return [...new Set([...this.#first.values()].map(({ message }) => message.product_id))].sort();
  }

  /** Whether somebody subscribes to this channel (`level2` with or without batches) of a product. */
  isAsked(channel: 'level2' | 'ticker' | 'matches', product: string): boolean {
    return [channel, `${channel}_batch`].some((name) => this.#active.get(name)?.has(product) === true);
  }

  /** All that was recorded after the answers, of what somebody asked for. */
  *frames(): Generator<RawFrame> {
    for (const { raw, message } of this.#later) {
      if (!CHANNELS[message.type]!.some((name) => this.#active.get(name)?.has(message.product_id))) continue;
      if (message.type === 'match') this.#newest.set(message.product_id, message.trade_id!);
      yield raw;
    }
  }

  /** Trades of a product as they were recorded, oldest first. */
  trades(product: string): CapturedMessage[] {
    return [...this.#first.values(), ...this.#later]
      .map(({ message }) => message)
      .filter(({ type, product_id: id }) => id === product && /^(?:last_)?match$/.test(type));
  }

  #makeScript(): VenueScript {
    return {
      ...coinbaseScript(),
      symbols: ['SKL-USD', 'DASH-BTC'],
      answer: (frame) => this.#answer(String(frame)),
      heartbeat: () =>
        [...this.#newest].map(([product, id]) =>
          JSON.stringify({
            type: 'heartbeat',
            sequence: 1,
            last_trade_id: id,
            product_id: product,
            time: '2021-04-17T16:44:08.000000Z',
          }),
        ),
      rest: (path) => (path.startsWith('/products?') || path === '/products' ? productList() : null),
    };
  }

  #answer(text: string): RawFrame[] {
    const request = JSON.parse(text) as { type: string; product_ids: string[]; channels: string[] };
    for (const name of request.channels) {
      const products = this.#active.get(name) ?? new Set();
      for (const product of request.product_ids) {
        if (request.type === 'subscribe') products.add(product);
        else products.delete(product);
      }
      this.#active.set(name, products);
    }
    const active = JSON.stringify({
      type: 'subscriptions',
      channels: [...this.#active].map(([name, products]) => ({ name, product_ids: [...products] })),
    });
    if (request.type !== 'subscribe') return [active];
    const asked = request.product_ids.flatMap((product) =>
      request.channels.map((name) => this.#first.get(`${name.replace(/_batch$/, '')} ${product}`)),
    );
    const answers = asked.filter((captured) => captured !== undefined);
    for (const { message } of answers) {
      if (message.type === 'last_match') this.#newest.set(message.product_id, message.trade_id!);
    }
    return [active, ...answers.map(({ raw }) => raw)];
  }
}

function* framesOf(path: string): Generator<RawFrame> {
  const reader = new CaptureLines();
  for (const line of gunzipSync(readFileSync(path)).toString('utf8').split('\n')) {
    const read = reader.read(line);
    if (read?.kind === 'in') yield read.raw;
  }
}

function productList(): string {
  const line = gunzipSync(readFileSync(PRODUCTS)).toString('utf8');
  return (JSON.parse(line) as { raw: string }).raw;
}
