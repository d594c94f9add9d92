import { AliasSampler } from './alias-sampler.ts';
import { type InstrumentModel, SECTORS } from './instrument-model.ts';

/** Activity falls with rank as rank^-0.9 (Zipf): the first of 40 has about a fifth of all events. */
const ZIPF_EXPONENT = 0.9;

/** What kinds of events there are, as shares of all. The rest are book snapshots. */
export const QUOTE_SHARE = 0.55;
export const TRADE_SHARE = 0.3;

const DAY_S = 86_400;

/** Who is active how much. Fixed by the number of instruments: the seed has no say. */
export interface Activity {
  /** Share of all events, summing to 1, by index. */
  readonly share: Float64Array;
  readonly sectorOf: Uint8Array;
  readonly everywhere: AliasSampler;
  /** By sector number; a sector without instruments is never asked. */
  readonly sectors: readonly AliasSampler[];
}

export function activityOf(models: readonly InstrumentModel[]): Activity {
  const weights = models.map((_, rank) => (rank + 1) ** -ZIPF_EXPONENT);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sectorOf = Uint8Array.from(models, (model) => SECTORS.indexOf(model.sector));
  const all = models.map((_, index) => index);
  const everywhere = new AliasSampler(all, weights);
  const sectors = SECTORS.map((_, sector) => {
    const members = all.filter((index) => sectorOf[index] === sector);
    return members.length === 0
      ? everywhere
      : new AliasSampler(
          members,
          members.map((index) => weights[index]!),
        );
  });
  return { share: Float64Array.from(weights, (weight) => weight / total), sectorOf, everywhere, sectors };
}

/** Average volume of a day, lots, when an instrument has this share of all events. */
export function dailyVolumeLots(model: InstrumentModel, share: number, eventsPerSecond: number): number {
  return eventsPerSecond * share * TRADE_SHARE * DAY_S * model.tradeLots;
}
