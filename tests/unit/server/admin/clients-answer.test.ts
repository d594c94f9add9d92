import { describe, expect, it } from 'vitest';
import { clientsJson, mostHeldFirst } from '../../../../server/admin/clients-answer.ts';
import { sessionReport } from './fake-source.ts';

async function textOf(pieces: AsyncIterable<string>): Promise<{ text: string; pieces: number }> {
  const all: string[] = [];
  for await (const piece of pieces) all.push(piece);
  return { text: all.join(''), pieces: all.length };
}

describe('the order of clients', () => {
  it('is most held bytes, then most skipped ticks, then the session', () => {
    const reports = [
      sessionReport('b'),
      sessionReport('a'),
      sessionReport('skipped', { ticksSkipped: 3 }),
      sessionReport('held', { heldBytes: 10 }),
      sessionReport('held more', { heldBytes: 11 }),
      sessionReport('both', { heldBytes: 10, ticksSkipped: 1 }),
    ];
    expect(mostHeldFirst(reports).map(({ session }) => session)).toEqual([
      'held more',
      'both',
      'held',
      'skipped',
      'a',
      'b',
    ]);
    expect(reports[0]!.session).toBe('b');
  });
});

describe('the answer', () => {
  it.each([0, 1, 199, 200, 201, 1_000])('of %d clients is whole JSON', async (count) => {
    const clients = Array.from({ length: count }, (_, index) => sessionReport(`"${index}`));
    const { text } = await textOf(clientsJson(5_000, clients));
    expect(JSON.parse(text)).toEqual({ connections: 5_000, clients });
  });

  it('comes in pieces, and lets others run between them', async () => {
    const clients = Array.from({ length: 1_000 }, (_, index) => sessionReport(String(index)));
    let turns = 0;
    const count = (): void => {
      turns += 1;
      pending = setImmediate(count);
    };
    let pending = setImmediate(count);
    const { pieces } = await textOf(clientsJson(1_000, clients));
    clearImmediate(pending);
    expect(pieces).toBe(7);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});
