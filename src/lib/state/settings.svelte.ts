import { StoredValue } from './stored-value.ts';

/** Choices of each setting; the first one is the default. */
export const SETTING_CHOICES = {
  theme: ['system', 'dark', 'light'],
  palette: ['teal', 'cvd', 'mono'],
  convention: ['up-green', 'up-red'],
  density: ['normal', 'compact', 'comfortable'],
  cadenceHz: [10, 1, 2, 5, 20, 60],
  /** Data saver: what the server may send, bits a second; 0 = as much as there is. */
  maxBitsPerSecond: [0, 256_000, 64_000, 16_000],
  /** `exchange`: that of the selected instrument's, UTC where none is known. */
  timeZone: ['utc', 'local', 'exchange'],
} as const;

type Choices = typeof SETTING_CHOICES;
type Chosen = { [Name in keyof Choices]: Choices[Name][number] };

export interface SettingValues extends Chosen {
  /** BCP 47 tag; empty = the browser's. */
  locale: string;
}

export type Theme = SettingValues['theme'];
export type Palette = SettingValues['palette'];
export type Convention = SettingValues['convention'];
export type Density = SettingValues['density'];
export type Cadence = SettingValues['cadenceHz'];
export type BitsPerSecond = SettingValues['maxBitsPerSecond'];
export type TimeZoneChoice = SettingValues['timeZone'];

/** The part of localStorage that is used. */
export type SettingStorage = Pick<Storage, 'getItem' | 'setItem'>;

export const STORAGE_KEY = 'tickwire.settings';

export const DEFAULT_SETTINGS: SettingValues = {
  theme: 'system',
  palette: 'teal',
  convention: 'up-green',
  density: 'normal',
  cadenceHz: 10,
  maxBitsPerSecond: 0,
  timeZone: 'utc',
  locale: '',
};

/** What of a stored text is valid; anything else keeps its default. Stored text is as untrusted as any input. */
export function readSettings(text: string | null): SettingValues {
  const valid = Object.entries(parseObject(text)).filter(([name, value]) => isChoice(name, value));
  return { ...DEFAULT_SETTINGS, ...Object.fromEntries(valid) };
}

function isChoice(name: string, value: unknown): boolean {
  if (name === 'locale') return typeof value === 'string' && isLocale(value);
  if (!Object.hasOwn(SETTING_CHOICES, name)) return false;
  return (SETTING_CHOICES[name as keyof Choices] as readonly unknown[]).includes(value);
}

/**
 * How the viewer wants to see the market; puts nothing on the document itself. Starts with the defaults, so that the server and
 * the browser render the same page; `restore` brings the stored choices. Invariant: every value is one of its choices.
 */
export class Settings {
  #values = $state.raw<SettingValues>(DEFAULT_SETTINGS);
  readonly #stored = new StoredValue(STORAGE_KEY);

  /** Reads what is stored and keeps later changes there. Without a storage changes last until the page is left. */
  restore(storage: SettingStorage | null): void {
    this.#stored.open(storage);
    this.#values = readSettings(attempt(() => storage?.getItem(STORAGE_KEY) ?? null, null));
  }

  /** Takes over what another tab of this browser chooses; returns the undo. */
  follow(target: Pick<Window, 'addEventListener' | 'removeEventListener'>): () => void {
    const onStorage = ({ key, newValue }: StorageEvent): void => {
      if (key === STORAGE_KEY) this.#values = readSettings(newValue);
    };
    target.addEventListener('storage', onStorage);
    return () => target.removeEventListener('storage', onStorage);
  }

  set<Name extends keyof SettingValues>(name: Name, value: SettingValues[Name]): void {
    if (!isChoice(name, value) || Object.is(this.#values[name], value)) return;
    this.#values = { ...this.#values, [name]: value };
    this.#stored.write(this.#values);
  }

  get values(): Readonly<SettingValues> {
    return this.#values;
  }

  get theme(): Theme {
    return this.#values.theme;
  }

  set theme(theme: Theme) {
    this.set('theme', theme);
  }

  get palette(): Palette {
    return this.#values.palette;
  }

  set palette(palette: Palette) {
    this.set('palette', palette);
  }

  get convention(): Convention {
    return this.#values.convention;
  }

  set convention(convention: Convention) {
    this.set('convention', convention);
  }

  get density(): Density {
    return this.#values.density;
  }

  set density(density: Density) {
    this.set('density', density);
  }

  get cadenceHz(): Cadence {
    return this.#values.cadenceHz;
  }

  set cadenceHz(cadenceHz: Cadence) {
    this.set('cadenceHz', cadenceHz);
  }

  get maxBitsPerSecond(): BitsPerSecond {
    return this.#values.maxBitsPerSecond;
  }

  set maxBitsPerSecond(maxBitsPerSecond: BitsPerSecond) {
    this.set('maxBitsPerSecond', maxBitsPerSecond);
  }

  get timeZone(): TimeZoneChoice {
    return this.#values.timeZone;
  }

  set timeZone(timeZone: TimeZoneChoice) {
    this.set('timeZone', timeZone);
  }

  get locale(): string {
    return this.#values.locale;
  }

  /** A tag that no language has is ignored. */
  set locale(locale: string) {
    this.set('locale', locale);
  }
}

/** The browser's storage; null where there is none or it is forbidden. */
export function browserStorage(): Storage | null {
  return attempt(() => (typeof localStorage === 'undefined' ? null : localStorage), null);
}

function isLocale(tag: string): boolean {
  return tag === '' || attempt(() => Intl.getCanonicalLocales(tag).length === 1, false);
}

function parseObject(text: string | null): Record<string, unknown> {
  const value: unknown = attempt(() => JSON.parse(text ?? 'null') as unknown, null);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function attempt<T>(run: () => T, otherwise: T): T {
  try {
    return run();
  } catch {
    return otherwise;
  }
}
