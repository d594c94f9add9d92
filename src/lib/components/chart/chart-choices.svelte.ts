import type { SettingStorage } from '../../state/settings.svelte.ts';

export const CHART_TYPES = ['candle', 'line', 'area'] as const;
export type ChartType = (typeof CHART_TYPES)[number];

const STORAGE_KEY = 'tickwire.chart';

/** How the chart is drawn. Kept in the browser's storage, where there is one, as words: `candle vwap log`. */
export class ChartChoices {
  #type = $state<ChartType>('candle');
  #vwap = $state(true);
  #log = $state(false);
  #storage: SettingStorage | null = null;

  restore(storage: SettingStorage | null): void {
    this.#storage = storage;
    const [word, ...flags] = readText(storage).split(' ');
    const type = CHART_TYPES.find((candidate) => candidate === word);
    if (type === undefined) return;
    this.#type = type;
    this.#vwap = flags.includes('vwap');
    this.#log = flags.includes('log');
  }

  get type(): ChartType {
    return this.#type;
  }

  set type(type: ChartType) {
    this.#type = type;
    this.#keep();
  }

  get vwap(): boolean {
    return this.#vwap;
  }

  set vwap(vwap: boolean) {
    this.#vwap = vwap;
    this.#keep();
  }

  get log(): boolean {
    return this.#log;
  }

  set log(log: boolean) {
    this.#log = log;
    this.#keep();
  }

  #keep(): void {
    const words = [this.#type, ...(this.#vwap ? ['vwap'] : []), ...(this.#log ? ['log'] : [])];
    try {
      this.#storage?.setItem(STORAGE_KEY, words.join(' '));
    } catch {
      // A full or forbidden storage: the choice lasts until the page is left.
    }
  }
}

function readText(storage: SettingStorage | null): string {
  try {
    return storage?.getItem(STORAGE_KEY) ?? '';
  } catch {
    return '';
  }
}
