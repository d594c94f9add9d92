import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/** Which plugin took how long is nothing that a build has to say each time. */
const checks = { bundlerTimings: false };

/** Modules with which something begins, by what their path ends with: every page with the shell, and lists; those without it; each chart; the desk. */
const SHELL = ['routes/(app)/+layout.svelte', 'watch/live-list.svelte.ts'];
const BARE = ['routes/embed/[symbol]/+page.svelte', 'routes/wall/+page.svelte'];
const CHART = ['components/charts/PriceChart.svelte', 'charts/price-chart.ts', 'charts/chart-input.ts'];
const HOME = ['routes/(app)/DeskPage.svelte'];
/** What every page with the shell asks for as soon as it runs, and the panels of the desk. */
const NEXT = [
  'components/alerts/AlertToasts.svelte',
  'components/desk-parts.ts',
  'components/replay/ReplayBar.svelte',
  'components/replay/replay-parts.ts',
  'routes/(app)/ReplayAddress.svelte',
];

/**
 * What every page with the shell begins with is one file, and what every chart is made of another: cut into fifty by who else uses each
 * part, the desk was 12 KB larger gzipped. What embeds and charts need too is a file of its own, so that embeds stay small.
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
          groups: [
            group('base', 3, (roots) => isFirst(roots) && any([...BARE, ...CHART], roots)),
            group('shell', 2, isFirst),
            // What both need stays apart: an embed has a chart, and none of these panels.
            group('next', 0, (roots) => any(NEXT, roots) && !any([...BARE, ...CHART], roots)),
            group('chart', 0, (roots) => any(CHART, roots) && !any(NEXT, roots)),
          ],
        },
      };
    },
  };
}

/** Classes of Chart.js that nothing here makes, which are kept for what their static fields read. */
const UNMADE_IN_CHART = new Set([
  'LinearScale',
  'LinearScaleBase',
  'LogarithmicScale',
  'RadialLinearScale',
  'TimeScale',
  'TimeSeriesScale',
]);

/**
 * Functions and methods of Chart.js that never run here, by file. Our controllers and scales place and draw everything themselves, without
 * elements, parsed points, animations, hover or events, and `BasicPlatform` is given; but no bundler can leave out a method of a class.
 */
const IDLE_IN_CHART: Readonly<Record<string, readonly string[]>> = {
  // Colours are mixed in animations and on hover, numbers written on ticks.
  '/chart.js/dist/chunks/index.js': ['calculateDelta', 'color', 'formatNumber', 'getHoverColor'],
  '/chart.js/dist/chart.js': [
    '_detectPlatform',
    ...methods(
      'Chart',
      'bindResponsiveEvents getElementsAtEventForMode hide isPointInArea reset setActiveElements show toBase64Image',
      'toggleDataVisibility updateHoverStyle _eventHandler _getActiveElements _handleEvent _updateHoverStyles',
      '_updateVisibility',
    ),
    ...methods('Animator', 'add start _notify _refresh _update'),
    ...methods('Config', 'resolveNamedOptions'),
    ...methods(
      'DatasetController',
      'applyStack buildOrUpdateElements draw getAllParsedValues getLabelAndValue getMinMax',
      'getStyle includeOptions parse parseArrayData parseObjectData parsePrimitiveData removeHoverStyle reset',
      'resolveDataElementOptions resolveDatasetElementOptions setHoverStyle update updateElement updateElements',
      'updateRangeFromParsed updateSharedOptions _getSharedOptions _insertElements _removeElements _resolveAnimations _resolveElementOptions',
      '_resyncElements _setStyle',
    ),
    ...methods(
      'Scale',
      'afterAutoSkip calculateLabelRotation draw drawBackground drawBorder drawGrid drawLabels drawTitle fit',
      'buildTicks determineDataLimits generateTickLabels getLineWidthForValue getMinMax getUserBounds update',
      '_calculatePadding _computeGridLineItems _computeLabelArea _computeLabelItems _computeLabelSizes',
      '_convertTicksToLabels _getLabelSizes _getXAxisLabelAlignment _getYAxisLabelAlignment _handleMargins _tickSize',
    ),
  ],
};

function methods(of: string, ...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(' ').map((name) => `${of}.${name}`));
}

/**
 * Leaves out what never runs of Chart.js, and what only that needs: 25 of its 42 KB gzipped. What is called all the same throws, and the
 * build fails when Chart.js no longer has what is named here.
 */
function leanChart(): Plugin {
  return {
    name: 'tickwire-lean-chart',
    apply: 'build',
    transform(code, id) {
      const file = Object.keys(IDLE_IN_CHART).find((path) => id.endsWith(path));
      if (file === undefined) return null;
      const wanted = new Set(IDLE_IN_CHART[file]);
      const edits: { start: number; end: number; text: string }[] = [];
      const take = (name: string, body: { start: number; end: number } | null | undefined): void => {
        if (body && wanted.delete(name)) edits.push({ ...body, text: "{ throw new Error('left out') }" });
      };
      for (const part of this.parse(code).body) {
        if (part.type === 'FunctionDeclaration') take(part.id?.name ?? '', part.body);
        if (part.type !== 'ClassDeclaration') continue;
        const { start, end, id: named } = part;
        if (UNMADE_IN_CHART.has(named?.name ?? '')) {
          edits.push({ start, end: start, text: `const ${named!.name} = /* @__PURE__ */ (() => ` });
          edits.push({ start: end, end, text: ')();' });
        }
        for (const member of part.body.body) {
          if (member.type !== 'MethodDefinition' || member.key.type !== 'Identifier') continue;
          take(`${part.id?.name}.${member.key.name}`, member.value.body);
        }
      }
      if (wanted.size > 0) this.error(`Chart.js has no ${[...wanted].join(', ')} in ${file}`);
      let rest = code;
      for (const { start, end, text } of edits.sort((left, right) => right.start - left.start)) {
        rest = `${rest.slice(0, start)}${text}${rest.slice(end)}`;
      }
      return { code: rest, map: null };
    },
  };
}

export default defineConfig({
  plugins: [sveltekit(), fewerFiles(), leanChart()],
  // Its minifier leaves the blanks of a worker.
  worker: { format: 'es', rolldownOptions: { checks, output: { minify: true } } },
  build: {
    target: 'es2022',
    // Leaves out more of what is never reached, and rounds off more expressions, than the bundler's own. A rune is read by a getter, and
    // effects read some for that alone.
    minify: 'terser',
    terserOptions: { module: true, ecma: 2020, compress: { passes: 2, pure_getters: false } },
    rolldownOptions: {
      checks,
      treeshake: {
        // The page takes units and formats from #protocol; only the worker encodes. msgpackr does not say that it can be left out, nor
        // does Svelte of what makes custom elements, of which there are none.
        moduleSideEffects: (id) =>
          !id.includes('/node_modules/msgpackr/') && !id.endsWith('/dom/elements/custom-element.js'),
      },
    },
  },
});
