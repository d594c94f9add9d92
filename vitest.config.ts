import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Rooms of the test house. `tests/run.mjs` runs them in this order; `npx vitest run --project unit` runs one. */
const room = (name: string, timeoutMs: number) => ({
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    environment: 'node' as const,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    // What is polled for may take as long as a busy machine needs; a second, the default, is less than that.
    expect: { poll: { timeout: timeoutMs / 4 } },
  },
});

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      room('unit', 10_000),
      room('contract', 20_000),
      room('golden', 30_000),
      room('fuzz', 60_000),
      room('integration', 60_000),
      room('e2e', 120_000),
      room('architecture', 30_000),
    ],
  },
});
