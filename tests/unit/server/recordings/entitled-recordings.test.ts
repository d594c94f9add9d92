import { afterEach, describe, expect, it } from 'vitest';
import { Entitlements } from '../../../../server/access/entitlement.ts';
import { EntitledRecordings } from '../../../../server/recordings/entitled-recordings.ts';
import { libraryShelf } from '../../../../server/recordings/library-shelf.ts';
import { LiveTestMarket } from './live-market.ts';

const markets: LiveTestMarket[] = [];
afterEach(() => Promise.all(markets.splice(0).map((market) => market.close())));

const classOf = (...selectors: string[]) => new Entitlements().of(selectors)!;

/** Recordings of AAA, of BBB, and of both. */
function recorded(): LiveTestMarket {
  const market = new LiveTestMarket();
  markets.push(market);
  const { library } = market;
  library.record({ name: 'only a', selectors: ['AAA'] });
  library.record({ name: 'only b', selectors: ['BBB'] });
  library.record({ name: 'both' });
  market.run(4_000);
  for (const name of ['only a', 'only b', 'both']) library.stop(name);
  return market;
}

function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('recordings of viewers who may not see everything', () => {
  it('[SEC7] are those in which something may be seen, with that alone', async () => {
    const { library } = recorded();
    const entitled = new EntitledRecordings(library);
    const listed = await entitled.list(classOf('AAA'));
    expect(listed.map(({ name }) => name).sort()).toEqual(['both', 'only a']);
    for (const { instruments, instrumentCount, sources } of listed) {
      expect(instruments.map((key) => key.split(':')[1])).toEqual(['AAA']);
      expect([instrumentCount, sources]).toEqual([1, []]);
    }
    expect(await entitled.list(classOf('NOPE'))).toEqual([]);
  });

  it('[SEC8] [AC5] cannot be told from those that do not exist', async () => {
    const { library } = recorded();
    const entitled = new EntitledRecordings(library);
    const asked = (name: string): string => failure(() => entitled.info(name, classOf('AAA')));
    expect(asked('only a')).toBe('');
    expect(asked('only b')).toBe(asked('no such').replace('no such', 'only b'));
    const shelf = libraryShelf(library, null);
    const opens = async (name: string): Promise<boolean> => {
      const found = await shelf.open(name, classOf('AAA'));
      found?.close();
      return found !== null;
    };
    expect([await opens('only a'), await opens('both'), await opens('only a|both')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([await opens('only b'), await opens('no such'), await opens('only a|only b')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
