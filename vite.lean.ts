import type { Plugin } from 'vite';

/** What is done to one file of a library: by what its path ends with. */
interface Leaner {
  readonly file: string;
  /** Functions, and methods as `Class.method` or `object.method`, that never run. A method of a class goes with its name. */
  readonly idle?: readonly string[];
  /** What some do here instead: less, and for what is used of them the same. */
  readonly bodies?: Readonly<Record<string, string>>;
  /** Classes that nothing here makes, which are kept for what their static fields read. */
  readonly unmade?: readonly string[];
  /** Text for text, once each. */
  readonly texts?: readonly (readonly [from: string, to: string])[];
}

function methods(of: string, ...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(' ').map((name) => `${of}.${name}`));
}

/**
 * Chart.js: our controllers and scales place and draw everything themselves, without elements, parsed points, ticks, animations, hover or
 * events, and `BasicPlatform` is given; but no bundler can leave out a method of a class.
 */
const CHART: readonly Leaner[] = [
  {
    file: '/chart.js/dist/chunks/index.js',
    // Colours are mixed in animations and on hover, numbers written on ticks, texts measured for them; no option is a function or a list.
    idle: [
      'calculateDelta',
      'color',
      'formatNumber',
      'getHoverColor',
      'toFont',
      '_alignPixel',
      '_int16Range',
      '_resolveArray',
      '_resolveScriptable',
      'formatters.logarithmic',
      'formatters.numeric',
    ],
    bodies: {
      applyAnimationsDefaults: '{}',
      applyScaleDefaults: `{
        defaults.set('scale', { display: true, border: {}, grid: {}, ticks: {} });
        defaults.describe('scale', { _fallback: false });
        defaults.describe('scales', { _fallback: 'scale' });
      }`,
      // The controllers clip what they draw, and no list of data changes.
      getDatasetClipArea: '{ return false; }',
      listenArrayEvents: '{}',
      unlistenArrayEvents: '{}',
    },
    texts: [
      [
        'const supportsEventListenerOptions = function()',
        'const supportsEventListenerOptions = /* @__PURE__ */ function()',
      ],
    ],
  },
  {
    file: '/chart.js/dist/chart.js',
    unmade: [
      'LinearScale',
      'LinearScaleBase',
      'LogarithmicScale',
      'RadialLinearScale',
      'TimeScale',
      'TimeSeriesScale',
    ],
    idle: [
      '_detectPlatform',
      'convertObjectDataToArray',
      'createDataContext',
      'createTickContext',
      'moveNumericKeys',
      'routeDefaults',
      ...methods(
        'Chart',
        'bindResponsiveEvents getElementsAtEventForMode hide isPointInArea reset setActiveElements show toBase64Image',
        'toggleDataVisibility updateHoverStyle _eventHandler _getActiveElements _handleEvent _updateHoverStyles',
        '_updateVisibility getVisibleDatasetCount setDatasetVisibility',
      ),
      ...methods('Animator', 'add start _notify _refresh _update'),
      ...methods('Config', 'resolveNamedOptions datasetAnimationScopeKeys datasetElementScopeKeys'),
      ...methods(
        'DatasetController',
        'applyStack buildOrUpdateElements draw getAllParsedValues getLabelAndValue getMinMax',
        'getStyle includeOptions parse parseArrayData parseObjectData parsePrimitiveData removeHoverStyle reset',
        'resolveDataElementOptions resolveDatasetElementOptions setHoverStyle update updateElement updateElements',
        'updateRangeFromParsed updateSharedOptions _getSharedOptions _insertElements _removeElements _resolveAnimations _resolveElementOptions',
        '_resyncElements _setStyle _onDataPop _onDataPush _onDataShift _onDataSplice _onDataUnshift _sync',
        '_removeDatasetHoverStyle _setDatasetHoverStyle getParsed',
      ),
      ...methods(
        'Scale',
        'afterAutoSkip calculateLabelRotation draw drawBackground drawBorder drawGrid drawLabels drawTitle fit',
        'buildTicks determineDataLimits generateTickLabels getLineWidthForValue getMinMax getUserBounds update',
        '_calculatePadding _computeGridLineItems _computeLabelArea _computeLabelItems _computeLabelSizes',
        '_convertTicksToLabels _getLabelSizes _getXAxisLabelAlignment _getYAxisLabelAlignment _handleMargins _tickSize',
        'setDimensions _callHooks beforeUpdate afterUpdate beforeSetDimensions afterSetDimensions beforeDataLimits',
        'afterDataLimits beforeBuildTicks afterBuildTicks beforeTickToLabelConversion afterTickToLabelConversion',
        'beforeCalculateLabelRotation afterCalculateLabelRotation beforeFit afterFit getPadding getLabels getLabelItems',
        'getPixelForTick getPixelForDecimal getDecimalForPixel getBasePixel getBaseValue getMatchingVisibleMetas',
        '_resolveTickFontOptions _maxDigits',
      ),
      ...methods('TypedRegistry', 'unregister'),
      ...methods(
        'Registry',
        'addControllers addElements addPlugins addScales getPlugin removeControllers removeElements removePlugins removeScales',
      ),
      ...methods('Element', 'tooltipPosition hasValue getProps'),
    ],
    bodies: {
      clearStacks: '{}',
      defaultClip: '{}',
      onAnimationsComplete: '{}',
      toClip: '{}',
      'Chart._checkEventBindings': '{}',
      'Chart._getUniformDataChanges': '{}',
      'Chart.bindEvents': '{ this.attached = true; }',
      'Chart.bindUserEvents': '{}',
      'Chart.unbindEvents': '{}',
    },
  },
];

const DECODER_FIRST =
  "async function process_stream(resolve, res) {\nconst devalue = await import('devalue');";

/**
 * SvelteKit and Svelte: only what is decided before anything runs, and what asks for it fails at once. All components use runes, nothing
 * awaits in one, and nothing is traced.
 */
const SVELTE: readonly Leaner[] = [
  {
    file: '/@sveltejs/kit/src/runtime/client/client.js',
    // A name space of which one member might be asked for is kept whole.
    texts: [
      [
        "import * as svelte from 'svelte';",
        "import { onMount, settled, tick, untrack } from 'svelte';\nconst svelte = { onMount, settled, tick, untrack };",
      ],
      ['const { onMount, tick } = svelte;', ''],
      ['const untrack = svelte.untrack ?? ((value) => value());', ''],
      // What the server has told in the page needs no decoder; what it answers later is read as it comes.
      ["import * as devalue from 'devalue';", ''],
      ['async function process_stream(resolve, res) {', DECODER_FIRST],
    ],
  },
  {
    file: '/svelte/src/internal/flags/index.js',
    texts: [
      ['let async_mode_flag', 'const async_mode_flag'],
      ['let legacy_mode_flag', 'const legacy_mode_flag'],
      ['let tracing_mode_flag', 'const tracing_mode_flag'],
    ],
    idle: [
      'disable_async_mode_flag',
      'enable_async_mode_flag',
      'enable_legacy_mode_flag',
      'enable_tracing_mode_flag',
    ],
  },
  {
    file: '/svelte/src/internal/client/index.js',
    // Attributes that are spread, which one late part does, come with it: a second copy of the file, without state of its own.
    texts: [
      ['\n\tattribute_effect,', ''],
      [
        "} from './dom/elements/attributes.js';",
        "} from './dom/elements/attributes.js';\nexport { attribute_effect } from './dom/elements/attributes.js?spread';",
      ],
    ],
  },
  { file: '/svelte/src/internal/client/reactivity/deriveds.js', idle: ['async_derived'] },
  {
    file: '/svelte/src/internal/shared/attributes.js',
    // Classes are words and `class:` here, no lists and no objects.
    bodies: {
      clsx: `{
        if (typeof value === 'object' && value !== null) throw new Error('left out');
        return value ?? '';
      }`,
    },
  },
  // For development alone.
  {
    file: '/svelte/src/internal/client/dev/equality.js',
    idle: ['init_array_prototype_warnings', 'strict_equals', 'equals'],
  },
];

/**
 * Leaves out what never runs of these libraries, and what only that needs. What is called all the same throws, and the
 * build fails when a library no longer has what is named here.
 */
export function leanLibraries(): Plugin {
  const leaners = [...CHART, ...SVELTE];
  return {
    name: 'tickwire-lean-libraries',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'client',
    transform: {
      order: 'pre',
      handler(code, id) {
        const leaner = leaners.find(({ file }) => id.endsWith(file));
        if (leaner === undefined) return null;
        let text = code;
        for (const [from, to] of leaner.texts ?? []) {
          if (text.split(from).length !== 2) this.error(`“${from}” is not once in ${id}`);
          text = text.replace(from, () => to);
        }
        const wanted = new Map(Object.entries(leaner.bodies ?? {}));
        for (const name of leaner.idle ?? []) wanted.set(name, "{ throw new Error('left out') }");
        const edits: { start: number; end: number; text: string }[] = [];
        type Span = { readonly start: number; readonly end: number };
        const take = (name: string, body: Span | null | undefined, whole?: Span): void => {
          const instead = wanted.get(name);
          if (!body || instead === undefined) return;
          wanted.delete(name);
          const isGone = whole !== undefined && leaner.idle?.includes(name) === true;
          const { start, end } = isGone ? whole : body;
          edits.push({ start, end, text: isGone ? '' : instead });
        };
        for (const statement of this.parse(text).body) {
          const part = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
          if (part?.type === 'FunctionDeclaration') take(part.id?.name ?? '', part.body);
          if (part?.type === 'VariableDeclaration') {
            for (const { id: named, init } of part.declarations) {
              if (named.type !== 'Identifier' || init?.type !== 'ObjectExpression') continue;
              for (const member of init.properties) {
                if (member.type !== 'Property' || member.key.type !== 'Identifier') continue;
                if (member.value.type !== 'FunctionExpression') continue;
                take(`${named.name}.${member.key.name}`, member.value.body);
              }
            }
          }
          if (part?.type !== 'ClassDeclaration') continue;
          const { start, end, id: named } = part;
          if (leaner.unmade?.includes(named?.name ?? '')) {
            edits.push({ start, end: start, text: `const ${named!.name} = /* @__PURE__ */ (() => ` });
            edits.push({ start: end, end, text: ')();' });
          }
          for (const member of part.body.body) {
            if (member.type !== 'MethodDefinition') continue;
            const { key, kind } = member;
            if (key.type !== 'Identifier') continue;
            // Without a getter what asks would be told of nothing, where it has to fail.
            take(`${named?.name}.${key.name}`, member.value.body, kind === 'method' ? member : undefined);
          }
        }
        if (wanted.size > 0) this.error(`${[...wanted.keys()].join(', ')} is not in ${id}`);
        for (const edit of edits.sort((left, right) => right.start - left.start)) {
          text = `${text.slice(0, edit.start)}${edit.text}${text.slice(edit.end)}`;
        }
        return { code: text, map: null };
      },
    },
  };
}
