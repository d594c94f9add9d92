import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON_READER, pythonWith, runPython, runsPython } from '../support/python-with.ts';
import { SimulatedFeed } from '../../server/feeds/simulated/feed.ts';
import { systemClock } from '../../server/clock.ts';
import { startLiveServer, type LiveServer } from '../support/live-server.ts';

/** What the Python program prints at its end. */
interface ReaderSummary {
  complete: boolean;
  kinds: Record<string, number>;
  messages: Record<string, number>;
  instruments: number;
  updates: number;
  holes: unknown[];
  errors: string[];
  badFrames: string[];
  typeFaults: string[];
  asOf: number;
  last: Record<string, Record<string, string>>;
}

/** Long enough for two rounds of `status`, for bars to end and new ones to begin. */
const SECONDS_MIN = 2.5;
/** It stops as soon as it has seen every kind of frame; only a failure takes this long. */
const SECONDS_MAX = 20;

const python = pythonWith('msgpack', 'websockets');

describe.skipIf(!runsPython(python))('a reader in Python that knows only docs/protocol/SPEC.md', () => {
  let server: LiveServer;
  const summaries = new Map<string, ReaderSummary>();

  beforeAll(async () => {
    const feed = new SimulatedFeed({ seed: 7, symbols: 12, eventsPerSecond: 500, clock: systemClock });
    server = await startLiveServer([feed]);
    for (const form of ['binary', 'json']) {
      const { code, stdout, stderr } = await runPython(python!, [
        PYTHON_READER,
        server.socketUrl,
        '--seconds',
        String(SECONDS_MAX),
        '--at-least',
        String(SECONDS_MIN),
        ...(form === 'json' ? ['--json'] : []),
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      summaries.set(form, JSON.parse(stdout) as ReaderSummary);
    }
  });

  afterAll(() => server?.app.close());

  describe.each(['binary', 'json'])('in the %s form', (form) => {
    it('[HS3] [ST1] [HB1] [SU2] sees every kind of frame and of message of a live session', () => {
      const { complete, kinds, messages } = summaries.get(form)!;
      expect({ complete, kinds: Object.keys(kinds).sort() }).toEqual({
        complete: true,
        kinds: ['bars', 'book', 'delta', 'raw', 'snapshot', 'trades'],
      });
      expect(Object.keys(messages)).toEqual(
        expect.arrayContaining(['welcome', 'timeline', 'status', 'subscribed', 'instruments', 'pong']),
      );
    });

    it('[CN4] [DI2] [VE1] finds no type, no number and no generation that the page rules out', () => {
      const { badFrames, typeFaults, errors } = summaries.get(form)!;
      expect({ badFrames, typeFaults, errors }).toEqual({ badFrames: [], typeFaults: [], errors: [] });
    });

    it('[TR2] finds no hole in the numbers of the trades', () => {
      expect(summaries.get(form)!.holes).toEqual([]);
    });

    it('[DI7] has prices of each instrument, as decimal text with the bid below the ask', () => {
      const { instruments, updates, last } = summaries.get(form)!;
      expect(instruments).toBe(12);
      expect(updates).toBeGreaterThan(12);
      expect(Object.keys(last)).toHaveLength(12);
      for (const [name, { bid, ask }] of Object.entries(last)) {
        expect({ name, bid, ask }).toEqual({
          name,
          bid: expect.stringMatching(/^\d+(\.\d+)?$/),
          ask: expect.stringMatching(/^\d+(\.\d+)?$/),
        });
        expect(Number(bid)).toBeLessThan(Number(ask));
      }
    });
  });
});
