import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { counted, freshFolder, pricesOf, readRolling, RollingMarket } from './rolling-market.ts';

const lockOf = (folder: string): string => join(folder, 'rolling.lock');
const tapesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.tape'));

/** The lock of a server of another machine, or in a container, with this one's name and a process number of ours. */
function elsewhere(folder: string, more: object = {}): string {
  const own = JSON.parse(readFileSync(lockOf(folder), 'utf8')) as Record<string, unknown>;
  return JSON.stringify({ ...own, started: 'another-boot/1', space: 'pid:[1]', id: 'theirs', ...more });
}

/** What a server leaves that is killed on another machine after five trades. */
function left(more: object = {}): { folder: string; clock: ManualClock; lock: string } {
  const folder = freshFolder();
  const market = new RollingMarket(folder);
  market.run(5_000);
  market.tape.flush();
  const lock = elsewhere(folder, more);
  const [name] = tapesIn(folder);
  const held = readFileSync(join(folder, name!));
  market.tape.close();
  writeFileSync(join(folder, name!), held);
  writeFileSync(join(folder, `${name}.lock`), lock);
  writeFileSync(lockOf(folder), lock);
  return { folder, clock: market.clock, lock };
}

let signs = 0;
/** By a clock that is years behind. */
function sign(folder: string): void {
  signs += 1;
  utimesSync(lockOf(folder), signs, signs);
}

describe('[TF26] the folder of a server that nobody here can ask', () => {
  it('is taken over when it gave no sign for ten seconds, with all that it held', () => {
    const { folder, clock } = left();
    const market = new RollingMarket(folder, {}, clock);
    expect(market.tape.status).toMatchObject({ state: 'paused', fromTimeUs: null });
    expect(market.notices).toEqual([
      expect.stringMatching(/^The tape pauses, and goes on when its folder can be had: .*rolling is being/),
    ]);
    market.run(10_000);
    expect(market.tape.status.state).toBe('paused');
    market.run(2_000);
    expect(market.tape.status).toMatchObject({ state: 'recording', message: '' });
    expect(market.notices.slice(1)).toEqual([
      `${folder}: who held it gave no sign for 10 s, and is taken for gone.`,
      expect.stringContaining('was not closed'),
      expect.stringMatching(/^Recording goes on in .*segment-00000002\.tape\.$/),
    ]);
    market.run(3_000);
    market.tape.close();
    expect(readdirSync(folder)).toEqual(['segment-00000001.tape', 'segment-00000002.tape']);
    readRolling(folder, (reader) => {
      const prices = pricesOf(reader);
      expect(prices.slice(0, 5)).toEqual(counted(1, 5));
      expect(prices.at(-1)).toBe(market.trades);
      const known = reader.keyframeBefore(5)!.instruments.reduce((sum, { trades }) => sum + trades, 0);
      expect(known).toBe(prices[5]! - 1);
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is left alone for as long as it gives signs, whatever its clock says, and had when it ends', () => {
    const { folder, clock, lock } = left();
    const market = new RollingMarket(folder, {}, clock);
    for (let minute = 0; minute < 60; minute += 1) {
      market.run(1_000);
      sign(folder);
    }
    // Slow, and alive.
    market.run(8_000);
    sign(folder);
    market.run(8_000);
    expect(market.tape.status).toMatchObject({ state: 'paused', segments: 0 });
    expect(market.notices).toHaveLength(1);
    expect(readFileSync(lockOf(folder), 'utf8')).toBe(lock);
    expect(readdirSync(folder).filter((name) => name.startsWith('rolling.lock'))).toEqual(['rolling.lock']);
    rmSync(lockOf(folder));
    market.run(1_000);
    expect(market.tape.status.state).toBe('recording');
    market.tape.close();
  });

  it('is had at once when a server of this machine has taken it, and ended without a word', () => {
    const { folder, clock } = left();
    const market = new RollingMarket(folder, {}, clock);
    market.run(2_000);
    writeFileSync(lockOf(folder), elsewhere(folder, { started: null, space: null, pid: 2 ** 22 + 1 }));
    market.run(1_000);
    expect(market.tape.status.state).toBe('recording');
    market.tape.close();
  });

  it('is not taken over because our own clock sprang', () => {
    const { folder, clock } = left();
    const market = new RollingMarket(folder, {}, clock);
    market.run(2_000);
    clock.stall(3_600_000);
    expect(market.tape.status.state).toBe('paused');
    market.tape.close();
    expect(existsSync(lockOf(folder))).toBe(true);
  });

  it('is never taken over where its holder was never going to give a sign', () => {
    const { folder, clock } = left({ signMs: undefined, host: 'elsewhere.test' });
    const market = new RollingMarket(folder, {}, clock);
    expect(market.notices[0]).toMatch(
      /process \d+ on elsewhere\.test: delete .*rolling\.lock if that program is gone\.$/,
    );
    market.run(60_000);
    expect(market.tape.status.state).toBe('paused');
    market.tape.close();
  });
});

describe('[TF26] a server whose folder was taken over while it slept', () => {
  it('writes, drops and packs nothing in it, and goes on when it can be had again', () => {
    const folder = freshFolder();
    const retention = { ageMs: 60_000, bytes: 16_000_000 };
    const asleep = new RollingMarket(folder, { retention });
    asleep.run(30_000);
    asleep.tape.flush();
    const lock = elsewhere(folder);
    // What the other one does first.
    for (const name of readdirSync(folder)) if (name.endsWith('.lock')) rmSync(join(folder, name));
    writeFileSync(lockOf(folder), lock);
    writeFileSync(join(folder, 'segment-00000009.tape'), 'theirs');
    const before = tapesIn(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]);
    for (let at = 0; at < 120; at += 1) {
      asleep.run(1_000);
      sign(folder);
    }
    expect(tapesIn(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')])).toEqual(before);
    expect(readFileSync(lockOf(folder), 'utf8')).toBe(lock);
    expect(asleep.notices).toHaveLength(1);
    expect(asleep.tape.status).toMatchObject({ state: 'paused', fromTimeUs: null, bytes: 0 });
    rmSync(join(folder, 'segment-00000009.tape'));
    rmSync(lockOf(folder));
    asleep.run(2_000);
    expect(asleep.tape.status.state).toBe('recording');
    asleep.tape.close();
    expect(existsSync(lockOf(folder))).toBe(false);
  });

  it('leaves the lock of the other one when it ends', () => {
    const folder = freshFolder();
    const asleep = new RollingMarket(folder);
    asleep.run(2_000);
    const lock = elsewhere(folder);
    writeFileSync(lockOf(folder), lock);
    asleep.tape.close();
    expect(readFileSync(lockOf(folder), 'utf8')).toBe(lock);
  });

  it('takes its own folder again when somebody deleted the lock', () => {
    const folder = freshFolder();
    const market = new RollingMarket(folder);
    market.run(5_000);
    rmSync(lockOf(folder));
    market.run(5_000);
    expect(market.tape.status.state).toBe('recording');
    expect(() => new RollingMarket(folder)).toThrow('one tape has one writer');
    market.tape.close();
    readRolling(folder, (reader) => expect(pricesOf(reader).slice(0, 4)).toEqual(counted(1, 4)));
  });
});

it('[TF26] two servers that find the same silent lock do not both take it', () => {
  const { folder, clock } = left();
  const markets = [new RollingMarket(folder, {}, clock), new RollingMarket(folder, {}, clock)];
  for (let at = 0; at < 30; at += 1) {
    for (const market of markets) market.trade();
    clock.advance(1_000);
  }
  expect(markets.map(({ tape }) => tape.status.state).sort()).toEqual(['paused', 'recording']);
  for (const { tape } of markets) tape.close();
  expect(readdirSync(folder).filter((name) => name.includes('lock'))).toEqual([]);
});
