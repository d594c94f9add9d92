import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { freeName, isRecordingName } from '../../../../server/recordings/recording-name.ts';
import { repairTape } from '../../../../server/tape/file/repair-tape.ts';
import { heldBy, LiveTestMarket } from './live-market.ts';

describe('recordings and a disk that others use too', () => {
  it('ends a timed recording whose file somebody deleted with a notice, and nothing else', async () => {
    const market = new LiveTestMarket();
    market.library.record({ name: 'gone', untilUs: market.clock.nowUs() + 5_000_000 });
    market.run(2_000);
    rmSync(join(market.folder, 'recordings', 'gone.tape'));
    market.run(6_000);
    expect(market.notices.join()).toContain('The recording "gone" has ended');
    await market.close();
  });

  it('brings back a recording whose long name was given again', async () => {
    const market = new LiveTestMarket();
    const name = 'N'.repeat(100);
    const recorded = (): void => {
      market.library.record({ name });
      market.trade();
      market.library.stop(name);
    };
    recorded();
    const { id } = market.library.remove(name);
    recorded();
    const restored = market.library.restore(id);
    expect(isRecordingName(restored.name)).toBe(true);
    expect((await market.library.list()).map((one) => one.name)).toContain(restored.name);
    expect(isRecordingName(freeName('é'.repeat(99), (taken) => !taken.endsWith('(3)')))).toBe(true);
    await market.close();
  });

  it('takes in two files of the same name that come at the same time', async () => {
    const market = new LiveTestMarket();
    const { id } = market.library.beginImport('both');
    const file = (): Readable => Readable.from([Buffer.from('time,price,size\n')]);
    await Promise.all([
      market.library.jobs.receive(id, 'trades.csv', file()),
      market.library.jobs.receive(id, 'trades.csv', file()),
    ]);
    expect(market.library.jobs.get(id).state).toBe('receiving');
    await market.close();
  });

  it('goes on with the market when something else lies in the place of the tape', async () => {
    const market = new LiveTestMarket();
    market.run(2_000);
    const rolling = join(market.folder, 'rolling');
    rmSync(rolling, { recursive: true });
    writeFileSync(rolling, 'a file');
    market.run(70_000);
    expect(market.tape.status.state).toBe('paused');
    rmSync(rolling);
    mkdirSync(rolling);
    market.run(40_000);
    await market.close();
  });

  it('keeps the state that a recording begins with when it is repaired', async () => {
    const market = new LiveTestMarket();
    market.book(0, [90, 5]);
    market.trade(3);
    market.library.record({ name: 'state' });
    market.trade(2);
    market.library.stop('state');
    const from = market.library.path('state');
    const to = join(market.folder, 'repaired.tape');
    repairTape(from, to, market.clock);
    expect(heldBy(to).start).toEqual(heldBy(from).start);
    expect(heldBy(to).prices).toEqual(heldBy(from).prices);
    await market.close();
  });
});
