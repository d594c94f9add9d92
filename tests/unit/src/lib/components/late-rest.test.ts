import { beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => void vi.resetModules());

/** What the desk loads by itself, in whichever order it comes: built into one file with the rest, but each for itself in development. */
const PARTS = {
  'its panels': () => import('#lib/components/desk-parts.ts'),
  'what is shown later': () => import('#lib/components/later-parts.ts'),
};

it.each(Object.entries(PARTS))('a desk is whole as soon as it has %s', async (_, load) => {
  const { LateRest } = await import('#lib/components/late-rest.svelte.ts');
  const { PausableMarket } = await import('#lib/components/pausable-market.svelte.ts');
  const { createMarket } = await import('#lib/state/create-market.ts');
  class Desk extends LateRest {
    readonly market = new PausableMarket(createMarket({}));
    constructor() {
      super();
      this.begin();
    }
  }
  const desk = new Desk();
  expect(desk.isWhole).toBe(false);
  await load();
  expect(desk.isWhole).toBe(true);
});
