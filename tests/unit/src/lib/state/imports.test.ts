import { describe, expect, test } from 'vitest';
import { LibraryError } from '../../../../../src/lib/client/library-link.ts';
import type { RecordingJob } from '../../../../../src/lib/client/recordings-api.ts';
import { Imports, type NamedFile } from '../../../../../src/lib/state/imports.svelte.ts';

const job = (more: Partial<RecordingJob>): RecordingJob => ({
  id: 'j1',
  kind: 'import',
  name: 'a',
  state: 'waiting',
  bytes: 0,
  done: 0,
  rows: 0,
  message: '',
  report: null,
  recording: null,
  ...more,
});

const file = (name: string, size: number): NamedFile =>
  Object.assign(new Blob([new Uint8Array(size)]), { name });

/** Turns of the microtask queue that the longest chain here needs. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function setUp() {
  const sent: {
    path: string;
    progress: (bytes: number) => void;
    answer: (outcome: RecordingJob | Error) => void;
  }[] = [];
  const cancelled: string[] = [];
  const uploadsCancelled: number[] = [];
  let next: RecordingJob | Error = job({});
  let waiting: (() => void) | null = null;
  let done = 0;
  const imports = new Imports(
    {
      job: () => (next instanceof Error ? Promise.reject(next) : Promise.resolve(next)),
      cancel: (id) => {
        cancelled.push(id);
        return Promise.resolve(job({ state: 'cancelled' }));
      },
    },
    (path, _, progress) => {
      const number = sent.length;
      let settleWith: (outcome: RecordingJob | Error) => void = () => undefined;
      const answer = new Promise<RecordingJob>((resolve, reject) => {
        settleWith = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
      });
      sent.push({ path, progress, answer: settleWith });
      return {
        answer,
        cancel: () => {
          uploadsCancelled.push(number);
          settleWith(new LibraryError(0, 'The upload was cancelled.'));
        },
      };
    },
    (_, run) => {
      waiting = run;
      return () => {
        waiting = null;
      };
    },
    () => void (done += 1),
  );
  const tick = async (state: RecordingJob | Error): Promise<void> => {
    next = state;
    const run = waiting;
    waiting = null;
    run?.();
    await settle();
  };
  return { imports, sent, cancelled, uploadsCancelled, tick, done: () => done };
}

describe('an import', () => {
  test('tells what was sent, what was read, and what came of it', async () => {
    const { imports, sent, tick, done } = setUp();
    void imports.begin([file('day.csv', 100)], { strict: true });
    expect(sent[0]!.path).toBe('/api/recordings/-/imports?file=day.csv&strict=true');
    sent[0]!.progress(25);
    expect(imports.list[0]).toMatchObject({
      phase: 'sending',
      progress: 0.25,
      sentBytes: 25,
      totalBytes: 100,
    });
    sent[0]!.answer(job({}));
    await settle();
    await tick(job({ state: 'working', done: 0.5, rows: 70 }));
    expect(imports.list[0]).toMatchObject({ phase: 'working', progress: 0.5, rows: 70 });
    await tick(job({ state: 'done', rows: 99, recording: 'day' }));
    expect(imports.list[0]).toMatchObject({ phase: 'done', recording: 'day', rows: 99 });
    expect(done()).toBe(1);
  });

  test('of several files sends one after the other into one job, and says with each whether more follow', async () => {
    const { imports, sent } = setUp();
    void imports.begin([file('a.csv', 30), file('b.csv', 70)], { name: 'both', map: 'price=px' });
    sent[0]!.answer(job({ state: 'receiving' }));
    await settle();
    sent[1]!.progress(35);
    expect(imports.list[0]).toMatchObject({ title: 'a.csv and 1 more', sentBytes: 65, progress: 0.65 });
    expect(sent.map(({ path }) => path)).toEqual([
      '/api/recordings/-/imports?file=a.csv&name=both&more=true',
      '/api/recordings/-/imports/j1?file=b.csv&name=both&map=price%3Dpx',
    ]);
  });

  test('that is refused says why, and leaves no half of itself on the server', async () => {
    const { imports, sent, cancelled } = setUp();
    void imports.begin([file('a.csv', 30), file('b.csv', 70)]);
    sent[0]!.answer(job({ state: 'receiving' }));
    await settle();
    sent[1]!.answer(new LibraryError(413, 'An upload may have 90 bytes at most.'));
    await settle();
    expect(imports.list[0]).toMatchObject({
      phase: 'failed',
      message: 'An upload may have 90 bytes at most.',
    });
    expect(cancelled).toEqual(['j1']);
  });

  test('that is cancelled while it is sent sends nothing more', async () => {
    const { imports, sent, uploadsCancelled } = setUp();
    void imports.begin([file('a.csv', 30), file('b.csv', 70)]);
    imports.cancel(imports.list[0]!.id);
    await settle();
    expect([uploadsCancelled, sent.length]).toEqual([[0], 1]);
    expect(imports.list[0]!.phase).toBe('cancelled');
  });

  test('that is cancelled while it is read ends its job, and is taken off the list', async () => {
    const { imports, sent, cancelled, tick } = setUp();
    void imports.begin([file('a.csv', 30)]);
    sent[0]!.answer(job({}));
    await settle();
    imports.dismiss(imports.list[0]!.id);
    await tick(job({ state: 'done', recording: 'a' }));
    expect([cancelled, imports.list]).toEqual([['j1'], []]);
  });

  test('whose server falls silent for a while goes on, and one that it has forgotten has failed', async () => {
    const { imports, sent, tick } = setUp();
    void imports.begin([file('a.csv', 30)]);
    sent[0]!.answer(job({}));
    await settle();
    await tick(new LibraryError(0, 'The server does not answer.'));
    expect(imports.list[0]!.phase).toBe('working');
    await tick(new LibraryError(404, 'There is no such import.'));
    expect(imports.list[0]).toMatchObject({ phase: 'failed', message: 'There is no such import.' });
  });
});
