import { beforeEach, describe, expect, test } from 'vitest';
import type { Commit, PageToWorker } from '../../../../../src/lib/client/worker-api.ts';
import { SharedWorkerPort } from '../../../../../src/lib/state/shared-worker-port.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const START = { type: 'start', url: 'ws://fake/ws', encoding: 'binary', client: 'test' } as const;

class FakePort {
  readonly said: PageToWorker[] = [];
  isStarted = false;
  isClosed = false;
  readonly #listeners: ((event: { data: Commit }) => void)[] = [];
  postMessage(message: PageToWorker): void {
    this.said.push(message);
  }
  addEventListener(_: 'message', listener: (event: { data: Commit }) => void): void {
    this.#listeners.push(listener);
  }
  start(): void {
    this.isStarted = true;
  }
  close(): void {
    this.isClosed = true;
  }
  answer(): void {
    for (const listener of this.#listeners) listener({ data: {} as Commit });
  }
}

let clock: ManualClock;
let port: FakePort;
let breakScript: () => void;
let held: string[];
let errors: (string | undefined)[];

function open(withLocks: boolean): SharedWorkerPort {
  const locks = {
    request: (name: string, run: () => Promise<void>) => {
      held.push(name);
      return run().then(() => void held.splice(held.indexOf(name), 1));
    },
  } as unknown as LockManager;
  const worker = new SharedWorkerPort(
    port,
    { addEventListener: (_, listener) => (breakScript = () => listener({})) },
    { after: (ms, run) => clock.after(ms, run), locks: withLocks ? locks : null, newName: () => 'page-1' },
  );
  worker.addEventListener('error', ({ message }) => errors.push(message));
  return worker;
}

beforeEach(() => {
  clock = new ManualClock();
  port = new FakePort();
  held = [];
  errors = [];
});

describe('a shared worker as a page has it', () => {
  test('is told of a lock that the page holds until it leaves', async () => {
    const worker = open(true);
    worker.postMessage(START);
    expect(port.said).toEqual([START, { type: 'alive', lock: 'page-1' }]);
    expect(held).toEqual(['page-1']);
    worker.terminate();
    await Promise.resolve();
    await Promise.resolve();
    expect(held).toEqual([]);
    expect(port.said.at(-1)).toEqual({ type: 'stop' });
    expect(port.isClosed).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  test('is told now and then that the page lives, where the browser has no locks', () => {
    const worker = open(false);
    worker.postMessage(START);
    clock.advance(65_000);
    expect(port.said.filter(({ type }) => type === 'alive')).toHaveLength(4);
    worker.terminate();
    clock.advance(65_000);
    expect(clock.pendingTimers).toBe(0);
  });

  test('has failed when its script cannot be loaded, once', () => {
    const worker = open(true);
    breakScript();
    breakScript();
    expect(errors).toEqual(['its script could not be loaded']);
    worker.postMessage({ type: 'pull' });
    worker.terminate();
    expect(port.said).toEqual([]);
  });

  test('has failed when it never answers the first pull, or falls silent later', () => {
    open(true).postMessage({ type: 'pull' });
    clock.advance(7_000);
    expect(errors).toEqual(['it does not answer']);
    port = new FakePort();
    const later = open(true);
    later.postMessage({ type: 'pull' });
    port.answer();
    clock.advance(60_000);
    expect(errors).toHaveLength(1);
    later.postMessage({ type: 'pull' });
    clock.advance(9_000);
    expect(errors).toHaveLength(1);
    clock.advance(3_000);
    expect(errors).toHaveLength(2);
  });

  test('that answers while a machine wakes has not failed', () => {
    const worker = open(true);
    worker.postMessage({ type: 'pull' });
    clock.advance(5_500);
    port.answer();
    clock.advance(60_000);
    expect(errors).toEqual([]);
    worker.terminate();
  });
});
