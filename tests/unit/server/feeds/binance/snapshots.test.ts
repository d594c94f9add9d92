import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Snapshots } from '../../../../../server/feeds/binance/snapshots.ts';
import { EXAMPLES } from '../../../../../server/feeds/binance/wire.ts';

const START_US = 1_790_856_000_000_000;

function asking(answer: (path: string) => Promise<string> = () => Promise.resolve(EXAMPLES.snapshot)) {
  const paths: string[] = [];
  const came: string[] = [];
  const rest = {
    text(path: string): Promise<string> {
      paths.push(path);
      return answer(path);
    },
  };
  const snapshots = new Snapshots(rest, (symbol, { lastId }) => came.push(`${symbol} ${lastId}`));
  snapshots.onTime(START_US);
  return { snapshots, paths, came };
}

describe('snapshots of books', () => {
  it('BN9 are asked for as deep as there are, and handed on', async () => {
    const { snapshots, paths, came } = asking();
    snapshots.want('BTCUSDT');
    snapshots.want('BTCUSDT');
    expect(paths).toEqual(['/api/v3/depth?symbol=BTCUSDT&limit=5000']);
    await turn();
    expect(came).toEqual(['BTCUSDT 499869752']);
  });

  it('are asked for by names beyond ASCII', () => {
    const { snapshots, paths } = asking();
    snapshots.want('币安人生USDT');
    expect(paths).toEqual([`/api/v3/depth?symbol=${encodeURIComponent('币安人生USDT')}&limit=5000`]);
  });

  it('BN15 weigh at most what the venue allows in a minute, and all come in the end', () => {
    const { snapshots, paths } = asking();
    const weight = () =>
      paths.reduce((sum, path) => sum + { 5000: 250, 1000: 50, 500: 25 }[Number(path.split('=').at(-1))]!, 0);
    for (let at = 0; at < 256; at += 1) snapshots.want(`S${at}`);
    expect(weight()).toBeLessThanOrEqual(2_500);
    for (let second = 1; second <= 60; second += 1) snapshots.onTime(START_US + second * 1e6);
    expect(weight()).toBeLessThanOrEqual(6_000);
    for (let second = 61; second <= 300; second += 1) snapshots.onTime(START_US + second * 1e6);
    expect(new Set(paths.map((path) => path.split('&')[0])).size).toBe(256);
  });

  it('that fail are not handed on, and may be asked for again', async () => {
    const answers = ['<html>', '{"lastUpdateId":"x"}', EXAMPLES.snapshot];
    const { snapshots, paths, came } = asking(() => {
      const body = answers.shift();
      return body === undefined ? Promise.reject(new Error('429')) : Promise.resolve(body);
    });
    for (let attempt = 0; attempt < 4; attempt += 1) {
      snapshots.want('BTCUSDT');
      await turn();
    }
    expect([paths.length, came]).toEqual([4, ['BTCUSDT 499869752']]);
  });

  it('of symbols that nobody wants any more are not handed on', async () => {
    const { snapshots, came } = asking();
    snapshots.want('BTCUSDT');
    snapshots.drop('BTCUSDT');
    await turn();
    expect(came).toEqual([]);
  });
});
