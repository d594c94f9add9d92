import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import { leanLibraries } from './vite.lean.ts';

/** Which plugin took how long is nothing that a build has to say each time. */
const checks = { bundlerTimings: false };

/** Modules with which something begins, by what their path ends with: every page with the shell, and lists; those without it; each chart; the desk. */
const SHELL = [
  'routes/(app)/+layout.svelte',
  'watch/live-list.svelte.ts',
  'watch/GroupHeading.svelte',
  'lists/list-members.ts',
  'watch/live-row.css',
];
const BARE = ['routes/embed/[symbol]/+page.svelte', 'routes/wall/+page.svelte'];
const CHART = ['components/charts/PriceChart.svelte', 'charts/price-chart.ts', 'charts/late-chart-input.ts'];
const HOME = ['routes/(app)/DeskPage.svelte'];
/** What every page with the shell asks for as soon as its rows are there, and the panels of the desk. */
const NEXT = ['shell/frame-parts.ts', 'components/desk-parts.ts'];

/** Modules that do nothing unless something of them is used. */
const PURE = [
  '/node_modules/msgpackr/',
  '/svelte/src/internal/client/',
  '/svelte/src/internal/shared/',
  '/src/protocol/',
  '/src/lib/format/',
];

/** Parts of Svelte and of the protocol that only what is opened needs: every page imports them by the one entry, and few use them. */
const LATER = [
  '/clsx/',
  '/devalue/',
  '/bindings/input.js',
  '/bindings/select.js',
  '/bindings/size.js',
  '/shared/clone.js',
  '/attributes.js?spread',
  '/protocol/alert',
];

/** What the index of formats names to all, and the first view does not use. */
const CLOCKS = '/format/time.ts';

/**
 * What every page with the shell begins with is one file, and what every chart is made of another: cut into fifty by who else uses each
 * part, the desk was 12 KB larger gzipped. What embeds and charts need too is a file of its own, so that embeds stay small.
 */
function fewerFiles(): Plugin {
  /** Files that every page with the shell has before anything else is asked for. */
  const here = new Set<string>();
  return {
    name: 'tickwire-fewer-files',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'client',
    // Files would otherwise take along what they import, also what is named as later.
    options: (options) => ({ ...options, preserveEntrySignatures: 'allow-extension' }),
    // What is here already need not be named where something comes later.
    config: () => ({
      build: {
        modulePreload: { resolveDependencies: (_, deps) => deps.filter((dep) => !here.has(dep)) },
      },
    }),
    generateBundle: {
      order: 'pre',
      handler(_, bundle) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const named = (name: string) => {
          const [chunk, second] = chunks.filter((one) => one.name === name);
          if (chunk === undefined || second !== undefined)
            this.error(`one file of the page is named ${name}; here it is none, or several`);
          return chunk;
        };
        for (const name of ['base', 'shell']) here.add(named(name).fileName);
        // The server writes the markup of what comes next: its styles are of the first paint.
        const stylesOf = (name: string) => named(name).viteMetadata!.importedCss;
        for (const file of [...stylesOf('next'), ...stylesOf('common')]) stylesOf('shell').add(file);
        // Those that it shares with pages without a shell stay theirs too.
        stylesOf('next').clear();
      },
    },
    outputOptions(options) {
      type Context = { getModuleInfo(id: string): { readonly importers: readonly string[] } | null };
      const known = new Map<string, readonly string[]>();
      /** Which of them import a module, by however many steps. */
      const begunBy = (id: string, context: Context): readonly string[] => {
        if (LATER.some((part) => id.includes(part))) return [];
        const before = known.get(id);
        if (before !== undefined) return before;
        const seen = new Set([id]);
        for (const module of seen) {
          for (const importer of context.getModuleInfo(module)?.importers ?? []) seen.add(importer);
        }
        const found = [...SHELL, ...BARE, ...HOME, ...NEXT, ...CHART].filter((root) =>
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
      /** The shell, and what the desk shares with its panels: of a file of its own SvelteKit would not tell the browser in time. */
      const isFirst = (roots: readonly string[]): boolean =>
        any(SHELL, roots) || (any(HOME, roots) && any(NEXT, roots));
      return {
        ...options,
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            group('base', 3, (roots) => isFirst(roots) && any([...BARE, ...CHART], roots)),
            group('shell', 2, isFirst),
            { name: 'clocks', test: (id: string) => id.endsWith(CLOCKS), priority: 4 },
            // What both need stays apart: an embed has a chart, and none of these panels.
            group('common', 1, (roots) => any(NEXT, roots) && any([...BARE, ...CHART], roots)),
            group('next', 0, (roots) => any(NEXT, roots)),
            group('chart', 0, (roots) => any(CHART, roots)),
          ],
        },
      };
    },
  };
}

export default defineConfig({
  plugins: [sveltekit(), fewerFiles(), leanLibraries()],
  // Its minifier leaves the blanks of a worker.
  worker: { format: 'es', rolldownOptions: { checks, output: { minify: true } } },
  build: {
    target: 'es2022',
    // Leaves out more of what is never reached, and rounds off more expressions, than the bundler's own. A rune is read by a getter, and
    // effects read some for that alone.
    minify: 'terser',
    terserOptions: { module: true, ecma: 2020, compress: { passes: 3, pure_getters: false } },
    rolldownOptions: {
      checks,
      treeshake: {
        // The page takes units and formats from #protocol; only the worker encodes, and has tables for it. Neither msgpackr nor Svelte
        // says that it can be left out. What other packages say of themselves holds.
        moduleSideEffects: (id) => (PURE.some((part) => id.includes(part)) ? false : undefined),
      },
    },
  },
});
