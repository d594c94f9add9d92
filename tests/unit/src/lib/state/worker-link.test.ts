import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { instrumentId } from '#protocol';
import type { HistoryOutcome, PageToWorker } from '../../../../../src/lib/client/worker-api.ts';
import { WorkerLink, type WorkerLike } from '../../../../../src/lib/state/worker-link.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class FakeWorker implements WorkerLike {
  readonly said: PageToWorker[] = [];
  isTerminated = false;
  fail: (event: { message?: string }) => void = () => undefined;
  postMessage(message: PageToWorker): void {
    this.said.push(message);
  }
  addEventListener(type: 'message' | 'error', listener: never): void {
    if (type === 'error') this.fail = listener;
  }
  terminate(): void {
    this.isTerminated = true;
  }
}

function linkOf(workers: FakeWorker[], failures: string[], hasFallback = true): WorkerLink {
  const make = (): WorkerLike => {
    workers.push(new FakeWorker());
    return workers.at(-1)!;
  };
  return new WorkerLink({
    createWorker: make,
    createFallback: hasFallback ? make : undefined,
    url: () => 'ws://fake/ws',
    requestFrame: () => undefined,
    watchVisibility: (tell) => {
      tell(false);
      return () => undefined;
    },
    onCommit: () => undefined,
    onFailure: (sentence) => failures.push(sentence),
  });
}

test('a worker that fails is replaced once by one that is told everything, and questions are to be asked again', () => {
  const workers: FakeWorker[] = [];
  const failures: string[] = [];
  const link = linkOf(workers, failures);
  link.start();
  link.limit({ maxRateHz: 5, maxBitsPerSecond: 0 });
  link.subscribe('quote', ['*'], 10);
  const outcomes: HistoryOutcome[] = [];
  link.history({ kind: 'trades', instrument: instrumentId(0), count: 1 }, (outcome) =>
    outcomes.push(outcome),
  );
  workers[0]!.fail({ message: 'it does not answer' });
  expect(workers).toHaveLength(2);
  expect(workers[0]!.isTerminated).toBe(true);
  expect(workers[1]!.said.map(({ type }) => type)).toEqual([
    'start',
    'limit',
    'subscribe',
    'visible',
    'pull',
  ]);
  expect(workers[1]!.said).toContainEqual({ type: 'visible', isVisible: false });
  expect(outcomes).toMatchObject([{ ok: false, code: null }]);
  expect(failures).toEqual([]);
  // What the first one still says is not heard.
  workers[0]!.fail({ message: 'late' });
  workers[1]!.fail({ message: 'it is broken too' });
  expect(workers).toHaveLength(2);
  expect(failures).toEqual(["The page's worker failed: it is broken too."]);
});

test('without another worker a failure is told at once', () => {
  const workers: FakeWorker[] = [];
  const failures: string[] = [];
  linkOf(workers, failures, false).start();
  workers[0]!.fail({});
  expect(failures).toEqual(["The page's worker failed: it could not be loaded."]);
});

test('after the last one failed it is tried again every five seconds, until the page is left', () => {
  const workers: FakeWorker[] = [];
  const failures: string[] = [];
  const link = linkOf(workers, failures);
  link.start();
  link.subscribe('quote', ['*'], 10);
  workers[0]!.fail({ message: 'its script could not be loaded' });
  workers[1]!.fail({});
  // One that throws more than once is one failure.
  workers[1]!.fail({});
  expect(workers[1]!.isTerminated).toBe(true);
  vi.advanceTimersByTime(4_999);
  expect(workers).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(workers).toHaveLength(3);
  expect(workers[2]!.said.map(({ type }) => type)).toEqual(['start', 'subscribe', 'visible', 'pull']);
  workers[2]!.fail({});
  expect(failures).toHaveLength(2);
  link.stop();
  vi.advanceTimersByTime(60_000);
  expect(workers).toHaveLength(3);
});
