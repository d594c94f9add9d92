import { setFormatLocale } from '../format/index.ts';
import { DEFAULT_SETTINGS, type Settings } from '../state/settings.svelte.ts';

const DARK_QUERY = '(prefers-color-scheme: dark)';
/** In the order in which a key goes through them. */
export const PALETTES = [
  ['teal', 'Teal and rose'],
  ['cvd', 'Blue and orange'],
  ['mono', 'Mono'],
] as const;
/** Settings that the style sheet reads from the document. */
const STYLED = ['theme', 'palette', 'convention', 'density'] as const;

/**
 * Puts the viewer's choices on the document, where the style sheet looks for them. `app.html` does the same before the first
 * paint, so that no wrong theme flashes; this keeps it true afterwards.
 */
export class Appearance {
  readonly #settings: Settings;
  #systemDark = $state(true);

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The theme that is shown, when the system decides too. */
  get theme(): 'dark' | 'light' {
    const { theme } = this.#settings;
    if (theme !== 'system') return theme;
    return this.#systemDark ? 'dark' : 'light';
  }

  /** Changes when a colour changes: canvases read their colours again. */
  get colours(): string {
    const { palette, convention } = this.#settings;
    return `${this.theme} ${palette} ${convention}`;
  }

  toggleTheme(): void {
    this.#settings.set('theme', this.theme === 'dark' ? 'light' : 'dark');
  }

  /** Goes on to the next palette; returns what it is called. */
  nextPalette(): string {
    const at = PALETTES.findIndex(([name]) => name === this.#settings.palette);
    const [name, title] = PALETTES[(at + 1) % PALETTES.length]!;
    this.#settings.set('palette', name);
    return title;
  }

  /** Follows the system's theme; returns the undo. */
  follow(): () => void {
    const query = window.matchMedia(DARK_QUERY);
    const read = () => {
      this.#systemDark = query.matches;
    };
    read();
    query.addEventListener('change', read);
    return () => query.removeEventListener('change', read);
  }

  /** Call it from an effect: it reads runes. Without an attribute the style sheet's own default holds. */
  apply(): void {
    const { dataset } = document.documentElement;
    for (const name of STYLED) {
      const value = this.#settings[name];
      if (value === DEFAULT_SETTINGS[name]) delete dataset[name];
      else dataset[name] = value;
    }
    const { locale } = this.#settings;
    setFormatLocale(locale === '' ? navigator.language : locale);
  }
}
