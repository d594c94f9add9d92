import type { Channel } from '#protocol';
import { SharedHost, type HostPort } from '../../../../../src/lib/client/shared-host.ts';
import type { Commit, PageToWorker } from '../../../../../src/lib/client/worker-api.ts';
import { FAKE_START_US, FakeServer } from '../../../../support/fake-server.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

/** One tab as the shared worker sees it: sends messages, pulls, keeps what comes. */
export class Tab {
  readonly commits: Commit[] = [];
  pulls = 0;
  readonly #port: HostPort;
  #next = 1;

  constructor(host: SharedHost, visibleLock: string | null = 'lock') {
    this.#port = host.connect((commit, transfer) => this.commits.push(structuredClone(commit, { transfer })));
    this.say({ type: 'start', url: 'ws://fake/ws', encoding: 'binary', client: 'test' });
    this.say({ type: 'alive', lock: visibleLock });
    this.pull();
  }

  say(message: PageToWorker): void {
    this.#port.take(structuredClone(message));
  }

  pull(): void {
    this.pulls += 1;
    this.say({ type: 'pull' });
  }

  subscribe(channel: Channel, selectors: readonly string[], maxRateHz = 10): number {
    const subscription = this.#next;
    this.#next += 1;
    this.say({ type: 'subscribe', subscription, channel, selectors, maxRateHz });
    return subscription;
  }

  /** Its end, as its lock tells it. */
  gone(): void {
    this.#port.gone();
  }

  /** Draws until nothing more waits; the commits of that, in one list. */
  draw(): Commit[] {
    const from = this.commits.length;
    for (let seen = -1; seen !== this.commits.length;) {
      seen = this.commits.length;
      if (this.pulls <= this.commits.length) this.pull();
    }
    return this.commits.slice(from);
  }

  /** Newest value of one column over all commits; undefined = it never came. */
  last(instrument: number): number | undefined {
    let last: number | undefined;
    for (const { quotes, reset } of this.commits) {
      if (reset) last = undefined;
      quotes?.ids.forEach((id, row) => {
        if (id === instrument) last = quotes.values[row * 10];
      });
    }
    return last;
  }
}

/** A shared worker, its tabs and a fake server in one thread, with the test's own time. */
export class SharedPagesHarness {
  readonly clock = new ManualClock(FAKE_START_US);
  readonly server = new FakeServer();
  readonly host = new SharedHost({
    openSocket: this.server.openSocket,
    clock: this.clock,
    random: () => 0.5,
  });

  /** A tab; the first one's connection stands at once. */
  tab(lock: string | null = 'lock'): Tab {
    const connections = this.server.peers.length;
    const tab = new Tab(this.host, lock);
    if (this.server.peers.length > connections) this.server.peer.open();
    tab.draw();
    return tab;
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
  }
}
