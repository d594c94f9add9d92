import { expect, test } from 'vitest';
import { LibraryLink } from '../../../../../src/lib/client/library-link.ts';
import { removeRecording } from '../../../../../src/lib/state/recording-changes.ts';
import { Recordings } from '../../../../../src/lib/state/recordings.svelte.ts';

const contents = (names: readonly string[], state = 'complete') => ({
  recordings: names.map((name) => ({ name, state })),
  deleted: [],
  jobs: [],
  tape: null,
  mayChange: true,
});

function setUp(answers: Record<string, () => Response>) {
  const asked: string[] = [];
  const waits: number[] = [];
  const link = new LibraryLink((path, init) => {
    const request = `${init?.method ?? 'GET'} ${path}`;
    asked.push(request);
    const answer = answers[request];
    return answer === undefined ? Promise.reject(new TypeError('failed')) : Promise.resolve(answer());
  });
  const recordings = new Recordings(link, (delayMs) => {
    waits.push(delayMs);
    return () => undefined;
  });
  return { recordings, asked, waits };
}

test('the list is read while somebody looks, more often while something is written', async () => {
  let state = 'complete';
  const { recordings, waits } = setUp({ 'GET /api/recordings': () => Response.json(contents(['a'], state)) });
  const stop = recordings.look();
  await recordings.refresh();
  expect([recordings.phase, recordings.all.map(({ name }) => name), recordings.mayChange]).toEqual([
    'read',
    ['a'],
    true,
  ]);
  state = 'recording';
  await recordings.refresh();
  expect(recordings.running).toHaveLength(1);
  expect(waits).toEqual([15_000, 1_000]);
  stop();
  await recordings.refresh();
  expect(waits).toHaveLength(2);
});

test('a server without a library is told from one that cannot be read', async () => {
  const absent = setUp({
    'GET /api/recordings': () => new Response('Not found', { status: 404 }),
  }).recordings;
  await absent.refresh();
  expect([absent.phase, absent.problem]).toEqual(['absent', 'This server has no library of recordings.']);
  const failed = setUp({}).recordings;
  await failed.refresh();
  expect([failed.phase, failed.problem]).toEqual(['failed', 'The server does not answer.']);
});

test('what was deleted is gone at once, and read anew; a refusal is the server’s own sentence', async () => {
  const { recordings, asked } = setUp({
    'GET /api/recordings': () => Response.json(contents(['a b', 'c'])),
    'DELETE /api/recordings/a%20b': () => Response.json({ id: 'x', name: 'a b', untilUs: 1 }),
    'DELETE /api/recordings/c': () =>
      Response.json({ message: '"c" is being recorded: stop it first.' }, { status: 409 }),
  });
  await recordings.refresh();
  expect((await removeRecording(recordings, 'a b')).id).toBe('x');
  expect(asked).toEqual(['GET /api/recordings', 'DELETE /api/recordings/a%20b', 'GET /api/recordings']);
  await expect(removeRecording(recordings, 'c')).rejects.toThrow('"c" is being recorded: stop it first.');
});
