import { members, type Leaner } from './vite.leaner.ts';

/** What no compiled component may call: it needs what is left out below. */
export const NOT_COMPILED = /svelte\/internal\/flags\/\w+|\$\.(?:async\w*|for_await\w*|run|save)\(/;

/**
 * Only what is decided before anything runs: all components use runes and no option of the compiler, and none awaits in its script. What
 * asks for it is found in the compiled component when the page is built, and throws. How Svelte keeps what it shows up to date is left as
 * it is.
 */
export const SVELTE: readonly Leaner[] = [
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
  // SvelteKit's root is the only one that is made so: it exports nothing, and nothing listens to it.
  {
    file: '/svelte/src/legacy/legacy-client.js',
    read: 'f3d904904e71',
    idle: members('Svelte4Component', '#events $destroy $on'),
    spans: [
      ['this.#events = props.$$events;', 'this.#instance.$set ='],
      ['this.#instance.$destroy = () => {', '}\n\n\t/** @param {Record<string, any>} props */'],
    ],
  },
  {
    file: '/svelte/src/internal/shared/attributes.js',
    read: 'c2d87d826561',
    // Classes are words and `class:` here, no lists and no objects; styles are `style:` or one text.
    bodies: {
      clsx: `{
        if (typeof value === 'object' && value !== null) throw new Error('left out: a class that is no text');
        return value ?? '';
      }`,
      to_style: `{
        if (!styles) return value == null ? null : String(value);
        if (value || Array.isArray(styles)) throw new Error('left out: style beside style:, or |important');
        return append_styles(styles).trim() || null;
      }`,
    },
  },
  // For development alone.
  {
    file: '/svelte/src/internal/client/dev/equality.js',
    idle: ['init_array_prototype_warnings', 'strict_equals', 'equals'],
  },
];
