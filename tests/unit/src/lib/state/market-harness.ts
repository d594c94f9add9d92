import { instrumentId, type ClientMessage, type HistoryRequest, type PageSnapshot } from '#protocol';
import type { Commit, PageToWorker } from '../../../../../src/lib/client/worker-api.ts';
import { WorkerHost } from '../../../../../src/lib/client/worker-host.ts';
import { createMarket, type CreateMarketOptions } from '../../../../../src/lib/state/create-market.ts';
import type { Market } from '../../../../../src/lib/state/market.ts';
import * as allStreams from '../../../../../src/lib/state/streams.ts';
import type { WorkerLike } from '../../../../../src/lib/state/worker-link.ts';
import { FAKE_START_US, FakeServer, fakeEntry } from '../../../../support/fake-server.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

export const BTC = instrumentId(0);
export const ETH = instrumentId(1);
export const START_S = FAKE_START_US / 1e6;

type HistoryOf<Kind extends HistoryRequest['kind']> = Extract<HistoryRequest, { kind: Kind }>;

/** The worker without a thread: messages are cloned as a real one's would be. */
class InlineWorker implements WorkerLike {
  readonly #harness: MarketHarness;
  readonly #host: WorkerHost;
  #onMessage: (event: { data: Commit }) => void = () => undefined;

  constructor(harness: MarketHarness) {
    this.#harness = harness;
    this.#host = new WorkerHost({
      post: (message, transfer) => this.#onMessage({ data: structuredClone(message, { transfer }) }),
      openSocket: harness.server.openSocket,
      clock: harness.clock,
      random: () => 0.5,
    });
  }

  postMessage(message: PageToWorker): void {
    this.#harness.posted.push(message);
    this.#host.take(structuredClone(message));
  }

  addEventListener(type: 'message', listener: (event: { data: Commit }) => void): void;
  addEventListener(type: 'error', listener: (event: { message?: string }) => void): void;
  addEventListener(type: string, listener: (event: { data: Commit } & { message?: string }) => void): void {
    if (type === 'message') this.#onMessage = listener;
  }

  terminate(): void {
    this.#harness.isTerminated = true;
  }
}

/** A page, its worker and a fake server in one thread, with the test's own time and frames. */
export class MarketHarness {
  readonly clock = new ManualClock(FAKE_START_US);
  readonly server = new FakeServer();
  /** What the page sent to its worker. */
  readonly posted: PageToWorker[] = [];
  isTerminated = false;
  /** Says whether the page can be seen. */
  setVisible: (isVisible: boolean) => void = () => undefined;
  readonly #frames: (() => void)[] = [];

  /** @param streams what panels follow, here at once unless a test wants it later */
  open(snapshot?: PageSnapshot, streams: CreateMarketOptions['streams'] = allStreams): Market {
    return createMarket({
      ...(snapshot === undefined ? {} : { snapshot }),
      socketUrl: 'ws://fake/ws',
      worker: () => new InlineWorker(this),
      requestFrame: (run) => this.#frames.push(run),
      watchVisibility: (tell) => {
        this.setVisible = tell;
        tell(true);
        return () => {
          this.setVisible = () => undefined;
        };
      },
      streams,
      nowMs: () => (this.clock.nowUs() - FAKE_START_US) / 1000,
    });
  }

  start(market: Market): void {
    market.start();
    this.server.peer.open();
    this.frame();
  }

  /** The page draws. */
  frame(): void {
    for (const run of this.#frames.splice(0)) run();
  }

  /** Lets promises of the worker settle, and draws. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn += 1) {
      await Promise.resolve();
      this.frame();
    }
  }

  passSeconds(seconds: number): void {
    for (let second = 0; second < seconds; second += 1) {
      this.clock.advance(1_000);
      this.server.peer.status();
      this.frame();
    }
  }

  /** History requests of one kind on the newest connection. */
  asked<Kind extends HistoryRequest['kind']>(kind: Kind): HistoryOf<Kind>[] {
    const requests: ClientMessage[] = this.server.peer.heard('history');
    return requests.filter(
      (request): request is HistoryOf<Kind> => request.type === 'history' && request.kind === kind,
    );
  }
}

/** A page snapshot with one of the fake server's two instruments. */
export function snapshotOf(epoch = 'epoch-1'): PageSnapshot {
  return {
    epoch,
    asOf: 50,
    generation: 1,
    timeUs: FAKE_START_US,
    mode: 'live',
    simulated: true,
    recording: null,
    total: 2,
    rows: [
      {
        entry: { ...fakeEntry(0, 'BTC-USD'), open: null },
        last: 10_005,
        bid: null,
        ask: null,
        bidSize: null,
        askSize: null,
        high: null,
        low: null,
        volume: 1_000,
        lastSize: null,
        tradeTimeUs: FAKE_START_US,
        closes: [10_001, 10_002, 10_003],
      },
    ],
  };
}
