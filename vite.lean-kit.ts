import type { Leaner } from './vite.leaner.ts';

const DECODER_FIRST =
  "async function process_stream(resolve, res) {\nconst devalue = await import('devalue');";

/**
 * SvelteKit: only what is decided before anything runs. No `load` runs in the page, no route has a matcher or takes the rest of a path, no
 * hook rewrites addresses, no form is SvelteKit's to send, and nothing asks before it leaves a page. What is asked for all the same stops
 * the build, is found by tests/architecture/left-out.test.ts, or throws.
 */
export const KIT: readonly Leaner[] = [
  {
    // Written from svelte.config.js, from the routes and from the hooks.
    file: '/generated/client-optimized/app.js',
    lacks:
      /hash = true|server_loads = \[0\b|reroute: (?!\(\(\) => \{\}\))[^\n]*|"[^"\n]*\[(?:\.\.\.|[xu]\+|\w+=)[^"\n]*"/,
  },
  {
    file: '/@sveltejs/kit/src/runtime/client/client.js',
    read: 'ad7420927e40',
    idle: [
      '_invalidate',
      '_preload_code',
      'applyAction',
      'beforeNavigate',
      'disableScrollHandling',
      'invalidate',
      'invalidateAll',
      'onNavigate',
      'preloadCode',
      'preloadData',
      'push_invalidated',
      'pushState',
      'refreshAll',
      'replaceState',
      'resolve_fetch_url',
      'set_nearest_error_page',
    ],
    bodies: {
      capture_snapshot: '{}',
      get_rerouted_url: '{ return url; }',
      reset_invalidation: '{}',
      restore_snapshot: '{}',
      _before_navigate: `{
        const nav = create_navigation(current, intent, url, type, scroll ?? null);
        if (delta !== undefined) nav.navigation.delta = delta;
        if (event !== undefined) nav.navigation.event = event;
        return nav;
      }`,
      _goto: `{
        if (options.invalidateAll || options.invalidate) throw new Error('left out: invalidate');
        await navigate({
          type: 'goto',
          url: resolve_url(url),
          keepfocus: options.keepFocus,
          noscroll: options.noScroll,
          replace_state: options.replaceState,
          state: options.state,
          redirect_count,
          nav_token
        });
      }`,
    },
    texts: [
      // A name space of which one member might be asked for is kept whole.
      [
        "import * as svelte from 'svelte';",
        "import { onMount, settled, tick, untrack } from 'svelte';\nconst svelte = { onMount, settled, tick, untrack };",
      ],
      ['const { onMount, tick } = svelte;', ''],
      ['const untrack = svelte.untrack ?? ((value) => value());', ''],
      // What the server has told in the page needs no decoder; what it answers later is read as it comes.
      ["import * as devalue from 'devalue';", ''],
      ['async function process_stream(resolve, res) {', DECODER_FIRST],
      ['const snapshots = storage.get(SNAPSHOT_KEY) ?? {};\n', ''],
      ['let force_invalidation = false;\n', ''],
      ['let rendering_error = null;\n', ''],
      ['\tvoid load_cache?.fork?.then((f) => f?.discard());\n', ''],
      ['\tstorage.set(SNAPSHOT_KEY, snapshots);\n', ''],
      ['\t\t\t}),\n\t\t\tfork: null\n', '\t\t\t})\n'],
      ['\tif (force_invalidation) return true;\n', ''],
      ['app.server_loads[0] === 0', 'false'],
      ['if (!options.replace_state) return;', 'return;'],
      ['await svelte.tick();\n\tawait svelte.tick();', 'await tick();\n\tawait tick();'],
      ['svelte.settled?.()', 'settled()'],
    ],
    spans: [
      ['if (__SVELTEKIT_PAYLOAD__.data) {', '// detect basic auth credentials'],
      ['i = current_navigation_index + 1;\n', '}\n\n/**\n * Loads `href`'],
      ['for (const href of uses.dependencies) {', 'return false;\n}'],
      ['if (!nav) {\n\t\tblock();', '// store this before calling `accept()`'],
      ['// also compare ids to avoid using wrong fork', 'load_cache = null;\n', '{\n\t\t'],
      ['const after_navigate = (\n', '// Type-casts are save'],
      [
        'const fork = load_cache_fork &&',
        'commit_promise = settled()',
        `{
          root.$set(navigation_result.props);
          update(navigation_result.props.page);

        `,
      ],
      ['if (navigation_result.props.page && rendering_error) {', 'let deep_linked'],
      ['const observer = new IntersectionObserver(', '/**\n\t * @param {Element} element'],
      ['else if (priority <= options.preload_code) {', '}\n\n\tfunction after_navigate() {'],
      ['function after_navigate() {', '}\n\n/**\n * @param {unknown} error'],
      [
        'let should_block = false;\n\n\t\tpersist_state();',
        "history.scrollRestoration = 'auto'",
        'persist_state();\n\t\t{\n',
      ],
      ["container.addEventListener('submit'", "addEventListener('popstate'"],
      ['block: () => {', 'nav_token: token'],
    ],
    known: [
      ['app.hash', 'false'],
      ['options.keepfocus', 'undefined'],
      ['options.noscroll', 'undefined'],
      ['options.reload', 'false'],
      ['options.replace_state ?? ', ''],
    ],
  },
  {
    file: '/@sveltejs/kit/src/runtime/client/fetcher.js',
    read: 'd6d20dbab77a',
    idle: ['initial_fetch', 'subsequent_fetch'],
    spans: [['else if (BROWSER) {', 'const cache = new Map();']],
  },
  {
    file: '/@sveltejs/kit/src/runtime/client/utils.js',
    read: '49b11b4aaca6',
    bodies: {
      get_router_options: `{
        let preload_data = null;
        for (let el = element; el && el !== document.documentElement; el = parent_element(el)) {
          preload_data ??= link_option(el, 'preload-data');
        }
        return { preload_data: levels[preload_data ?? 'off'] };
      }`,
    },
  },
  {
    file: '/@sveltejs/kit/src/utils/routing.js',
    read: 'd8ca045130ab',
    bodies: {
      // A segment is a word or a parameter, which may be optional.
      parse_route_id: `{
        const params = [];
        const source = get_route_segments(id)
          .map((segment) => {
            const [, optional, name] = /^(\\[)?\\[(\\w+)\\]\\]?$/.exec(segment) ?? [];
            if (name) params.push({ name });
            else if (/[[\\]]/.test(segment)) throw new Error('left out: ' + segment);
            return optional ? '(?:/([^/]+))?' : '/' + (name ? '([^/]+?)' : escape(segment));
          })
          .join('');
        return {
          pattern: id === '/' || root_group_pattern.test(id) ? /^\\/$/ : new RegExp(\`^\${source}/?$\`),
          params
        };
      }`,
      exec: `{
        const result = {};
        params.forEach(({ name }, i) => {
          if (match[i + 1] !== undefined) result[name] = match[i + 1];
        });
        return result;
      }`,
    },
  },
  {
    file: '/@sveltejs/kit/src/runtime/client/state.svelte.js',
    read: 'dbf915f8dbd0',
    spans: [['// this is a bootleg way', 'const placeholder_url', 'const is_legacy = false;\n\n']],
  },
];
