import type { Plugin } from 'vite';
import { KIT } from './vite.lean-kit.ts';
import { NOT_COMPILED, SVELTE } from './vite.lean-svelte.ts';
import { lean, members, type Leaner } from './vite.leaner.ts';

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
      ...members(
        'Chart',
        'bindResponsiveEvents getElementsAtEventForMode hide isPointInArea reset setActiveElements show toBase64Image',
        'toggleDataVisibility updateHoverStyle _eventHandler _getActiveElements _handleEvent _updateHoverStyles',
        '_updateVisibility getVisibleDatasetCount setDatasetVisibility',
      ),
      ...members('Animator', 'add start _notify _refresh _update'),
      ...members('Config', 'resolveNamedOptions datasetAnimationScopeKeys datasetElementScopeKeys'),
      ...members(
        'DatasetController',
        'applyStack buildOrUpdateElements draw getAllParsedValues getLabelAndValue getMinMax',
        'getStyle includeOptions parse parseArrayData parseObjectData parsePrimitiveData removeHoverStyle reset',
        'resolveDataElementOptions resolveDatasetElementOptions setHoverStyle update updateElement updateElements',
        'updateRangeFromParsed updateSharedOptions _getSharedOptions _insertElements _removeElements _resolveAnimations _resolveElementOptions',
        '_resyncElements _setStyle _onDataPop _onDataPush _onDataShift _onDataSplice _onDataUnshift _sync',
        '_removeDatasetHoverStyle _setDatasetHoverStyle getParsed',
      ),
      ...members(
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
      ...members('TypedRegistry', 'unregister'),
      ...members(
        'Registry',
        'addControllers addElements addPlugins addScales getPlugin removeControllers removeElements removePlugins removeScales',
      ),
      ...members('Element', 'tooltipPosition hasValue getProps'),
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

/**
 * Leaves out what never runs of these libraries, and what only that needs. What is called all the same throws, and the build fails when
 * a library no longer has what is named here, or when a component asks for what is left out.
 */
export function leanLibraries(): Plugin[] {
  const leaners = [...CHART, ...SVELTE, ...KIT];
  const where = {
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'client',
  } satisfies Partial<Plugin>;
  return [
    {
      ...where,
      name: 'tickwire-lean-libraries',
      transform: {
        order: 'pre',
        handler(code, id) {
          const leaner = leaners.find(({ file }) => id.endsWith(file));
          if (leaner === undefined) return null;
          try {
            return { code: lean(code, leaner, (text) => this.parse(text)), map: null };
          } catch (error) {
            this.error(`${id} ${error instanceof Error ? error.message : String(error)}`);
          }
        },
      },
    },
    {
      ...where,
      name: 'tickwire-left-out',
      transform: {
        order: 'post',
        handler(code, id) {
          if (!/\.svelte(?:\.[jt]s)?$/.test(id)) return;
          const asked = NOT_COMPILED.exec(code);
          if (asked)
            this.error(`${id} asks for what is left out of Svelte: ${asked[0]} (see vite.lean-svelte.ts)`);
        },
      },
    },
  ];
}
