// What does a frame of the dashboard cost, beside the chart libraries that people use, and what must be fetched before it is there?
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';

/** Named, not imported: it is type-checked with the page, because much of it runs in a browser. */
const MODULE = './ui/run-ui.ts';

export const ui: Benchmark = {
  name: 'ui',
  question: 'What does a frame of the dashboard cost, and what must be fetched before it is there?',
  async run(options: BenchOptions): Promise<BenchResult[]> {
    const { run } = (await import(MODULE)) as { run: Benchmark['run'] };
    return run(options);
  },
};
