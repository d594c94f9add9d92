import { describe, expect, test } from 'vitest';
import { FeedControl } from '../../../../../../src/lib/components/feeds/feed-control.ts';

const answering =
  (status: number, body: string, asked: string[] = []): typeof fetch =>
  (input, init) => {
    asked.push(`${init?.method ?? 'GET'} ${String(input)}`);
    return Promise.resolve(new Response(body, { status }));
  };

describe('a restart', () => {
  test('that worked says nothing, and names the feed so that any name fits into an address', async () => {
    const asked: string[] = [];
    expect(await new FeedControl(answering(200, '{}', asked)).restart('a/b c')).toBe('');
    expect(asked).toEqual(['POST /api/feeds/a%2Fb%20c/restart']);
  });

  test.each([
    ['with words', 409, '{"message":"stdin can be started only once."}', 'stdin can be started only once.'],
    ['without words', 502, '<html>', 'kraken was not restarted: the server answered 502.'],
    ['with an empty word', 500, '{"message":""}', 'kraken was not restarted: the server answered 500.'],
  ])('that is refused %s is told in a sentence', async (_, status, body, sentence) => {
    expect(await new FeedControl(answering(status, body)).restart('kraken')).toBe(sentence);
  });

  test('that finds no server says so', async () => {
    const control = new FeedControl(() => Promise.reject(new TypeError('fetch failed')));
    expect(await control.restart('kraken')).toBe('kraken was not restarted: the server cannot be reached.');
  });
});

describe('earlier faults', () => {
  test('come newest first, and what has not their form is left out', async () => {
    const problems = [
      { timeUs: 1, message: 'A.' },
      { timeUs: 'x', message: 'B.' },
      null,
      { timeUs: 3, message: 'C.' },
    ];
    const body = JSON.stringify([{ name: 'other' }, { name: 'kraken', problems }]);
    expect(await new FeedControl(answering(200, body)).problems('kraken')).toEqual([
      { timeUs: 3, message: 'C.' },
      { timeUs: 1, message: 'A.' },
    ]);
    expect(await new FeedControl(answering(200, '[]')).problems('kraken')).toEqual([]);
  });

  test('that cannot be had are a sentence', async () => {
    expect(await new FeedControl(answering(503, '')).problems('kraken')).toBe('The server answered 503.');
  });
});
