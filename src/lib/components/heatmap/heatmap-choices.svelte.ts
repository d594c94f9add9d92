import { isRecord, StoredValue } from '../../state/stored-value.ts';
import type { SettingStorage } from '../../state/settings.svelte.ts';

export const HEATMAP_GROUPS = ['assetClass', 'venue', 'list', 'none'] as const;
export type HeatmapGroups = (typeof HEATMAP_GROUPS)[number];
/** Change at which a tile has its full colour, percent. */
export const HEATMAP_SCALES = [1, 3, 5, 10] as const;
export type HeatmapScale = (typeof HEATMAP_SCALES)[number];

/** How the heatmap is divided and coloured; kept in the browser's storage. */
export class HeatmapChoices {
  #groups = $state<HeatmapGroups>('assetClass');
  #size = $state<'turnover' | 'equal'>('turnover');
  #scale = $state<HeatmapScale>(3);
  readonly #stored = new StoredValue('tickwire.heatmap');

  restore(storage: SettingStorage | null): void {
    const value = this.#stored.open(storage);
    if (!isRecord(value)) return;
    this.#groups = HEATMAP_GROUPS.find((name) => name === value['groups']) ?? 'assetClass';
    this.#size = value['size'] === 'equal' ? 'equal' : 'turnover';
    this.#scale = HEATMAP_SCALES.find((percent) => percent === value['scale']) ?? 3;
  }

  get groups(): HeatmapGroups {
    return this.#groups;
  }

  get size(): 'turnover' | 'equal' {
    return this.#size;
  }

  get scale(): HeatmapScale {
    return this.#scale;
  }

  set(choice: { groups?: HeatmapGroups; size?: 'turnover' | 'equal'; scale?: HeatmapScale }): void {
    this.#groups = choice.groups ?? this.#groups;
    this.#size = choice.size ?? this.#size;
    this.#scale = choice.scale ?? this.#scale;
    this.#stored.write({ groups: this.#groups, size: this.#size, scale: this.#scale });
  }
}
