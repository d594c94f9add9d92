import { describe, expect, it } from 'vitest';
import { RestClient } from '../../../../../server/feeds/venue/rest-client.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

type Answer = () => Promise<Response>;

function client(answer: Answer) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const rest = new RestClient({
    base: 'http://venue',
    clock,
    fetch: (input) => {
      asked.push(String(input));
      return answer();
    },
  });
  return { clock, asked, rest };
}

const never: Answer = () => new Promise(() => undefined);

describe('questions to a venue', () => {
  it('end after 10 s when the venue hangs, and let those who wait go on', async () => {
    const { clock, asked, rest } = client(never);
    const answers = Array.from({ length: 6 }, (_, at) =>
      rest.text(`/${at}`).catch((error: Error) => error.message),
    );
    await Promise.resolve();
    expect(asked).toHaveLength(4);
    clock.advance(10_000);
    expect(await answers[0]).toBe('http://venue/0 did not answer within 10 s.');
    await answers[3];
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(asked).toHaveLength(6);
    rest.close();
    expect(await answers[5]).toBe('The feed was closed.');
    expect(clock.pendingTimers).toBe(0);
  });

  it('are not asked on when the venue has had too many, before its time is over', async () => {
    let status = 429;
    const { clock, asked, rest } = client(() =>
      Promise.resolve(new Response('{}', { status, headers: status === 429 ? { 'retry-after': '30' } : {} })),
    );
    await expect(rest.text('/a')).rejects.toThrow('http://venue/a answered 429.');
    await expect(rest.text('/b')).rejects.toThrow('http://venue takes no more requests for 30 s.');
    expect(asked).toHaveLength(1);
    status = 200;
    clock.advance(30_000);
    expect(await rest.text('/c')).toBe('{}');
    status = 418;
    await expect(rest.text('/d')).rejects.toThrow('answered 418');
    await expect(rest.text('/e')).rejects.toThrow('for 10 s');
    status = 503;
    clock.advance(10_000);
    await expect(rest.text('/f')).rejects.toThrow('answered 503');
    await expect(rest.text('/g')).rejects.toThrow('answered 503');
  });
});
