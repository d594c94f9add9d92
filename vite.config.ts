import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/** Which plugin took how long is nothing that a build has to say each time. */
const checks = { bundlerTimings: false };

/** Modules with which something begins, by what their path ends with: every page with the shell, those without it, lists, each chart. */
const SHELL = ['routes/(app)/+layout.svelte'];
const BARE = ['routes/embed/[symbol]/+page.svelte', 'routes/wall/+page.svelte'];
const LIST = ['watch/live-list.svelte.ts'];
const CHART = ['components/charts/PriceChart.svelte'];

/**
 * What every page with the shell begins with is one file, and what every chart is made of another: cut into fifty by who else uses each
 * part, the desk was 12 KB larger gzipped. What embeds begin with too is a file of its own, so that they stay small.
 */
function fewerFiles(): Plugin {
  return {
    name: 'tickwire-fewer-files',
    apply: 'build',
    outputOptions(options) {
      if (this.environment.name !== 'client') return null;
      type Context = { getModuleInfo(id: string): { readonly importers: readonly string[] } | null };
      const known = new Map<string, readonly string[]>();
      /** Which of them import a module, by however many steps. */
      const begunBy = (id: string, context: Context): readonly string[] => {
        const before = known.get(id);
        if (before !== undefined) return before;
        const seen = new Set([id]);
        for (const module of seen) {
          for (const importer of context.getModuleInfo(module)?.importers ?? []) seen.add(importer);
        }
        const found = [...SHELL, ...BARE, ...LIST, ...CHART].filter((root) =>
          [...seen].some((one) => one.endsWith(root)),
        );
        known.set(id, found);
        return found;
      };
      const group = (name: string, priority: number, holds: (roots: readonly string[]) => boolean) => ({
        name: (id: string, context: Context) => (holds(begunBy(id, context)) ? name : null),
        priority,
      });
      const any = (of: readonly string[], roots: readonly string[]) =>
        of.some((root) => roots.includes(root));
      return {
        ...options,
        codeSplitting: {
          groups: [
            group('base', 3, (roots) => any(SHELL, roots) && any(BARE, roots)),
            group('shell', 2, (roots) => any(SHELL, roots)),
            // Before the chart: what both draw with is no reason to wait for it.
            group('list', 1, (roots) => any(LIST, roots)),
            group('chart', 0, (roots) => any(CHART, roots)),
          ],
        },
      };
    },
  };
}

export default defineConfig({
  plugins: [sveltekit(), fewerFiles()],
  worker: { format: 'es', rolldownOptions: { checks } },
  build: {
    target: 'es2022',
    rolldownOptions: {
      checks,
      treeshake: {
        // The page takes units and formats from #protocol; only the worker encodes. msgpackr does not say that it can be left out.
        moduleSideEffects: (id) => !id.includes('/node_modules/msgpackr/'),
      },
    },
  },
});
