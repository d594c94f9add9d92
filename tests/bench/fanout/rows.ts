import type { BenchResult } from '../benchmark.ts';
import { median, quartiles } from '../rounds.ts';
import type { Sample } from './arena.ts';
import { DELIVERED_TIMES_MIN, SECONDS_A_MILLION_MAX, type EachUpdate } from './capacity.ts';
import { VIEW_RATE_HZ, type TestedWay, type WayKey } from './tested-way.ts';
import type { ListKind } from './watch-lists.ts';

/** What the rounds of a way gave; the same number of rounds for each, in turn. */
export interface Measured {
  readonly way: TestedWay;
  readonly samples: readonly Sample[];
}

export type AllMeasured = Partial<Record<WayKey, Measured>>;

/** A bound on how many times the baseline, or on how much. */
interface Goal {
  readonly timesMax?: number;
  readonly timesMin?: number;
  readonly valueMax?: number;
}

/** Fewer clients than this cost less than what the market costs differs from round to round. */
const INTAKE_CLIENTS_MIN = 100;

/** Makes the rows of the table out of the rounds. Ratios are formed round by round: what slows a machine down slows neighbours. */
export class FanoutRows {
  readonly results: BenchResult[] = [];
  readonly #all: AllMeasured;
  /** Updates that a client of the shared list is owed, a second. */
  readonly #updatesOwedHz: number;

  constructor(all: AllMeasured, updatesOwedHz: number) {
    this.#all = all;
    this.#updatesOwedHz = updatesOwedHz;
  }

  make(): BenchResult[] {
    this.#frames('shared', { timesMax: 1.9 });
    this.#frames('distinct', { timesMax: 2.75 });
    this.#instructions();
    this.#compare('CPU a frame at 8 rates, shared lists', 'us/frame', 'mixed', 'shared', cpuAFrame, {
      timesMax: 1.5,
    });
    this.#market();
    this.#millions('shared');
    this.#millions('distinct');
    for (const key of ['tutorial', 'rooms'] as const)
      this.#compare('updates delivered, shared lists', 'CPU s/million', 'shared', key, cpuSPerMillion, {
        timesMin: DELIVERED_TIMES_MIN,
      });
    for (const key of ['mosquitto topics', 'own arrays', 'shared array'] as const)
      this.#compare('updates delivered, shared lists', 'CPU s/million', 'shared', key, cpuSPerMillion);
    this.#current('rooms', 50);
    for (const key of ['tutorial', 'mosquitto topics', 'floor each'] as const) this.#current(key, 4);
    return this.results;
  }

  /** What a million delivered updates cost who sends each of them. */
  get eachUpdate(): EachUpdate[] {
    return (['tutorial', 'rooms'] as const).flatMap((key) => {
      const measured = this.#all[key];
      if (measured === undefined) return [];
      return [{ name: measured.way.name, cpuS: median(measured.samples.map(cpuSPerMillion)) }];
    });
  }

  /** A frame of ours, whole server and stripped, and of others that send one a tick. */
  #frames(lists: ListKind, goal: Goal): void {
    const name = `CPU a frame, ${lists} lists`;
    const unit = this.#frameUnit(lists);
    this.#compare(name, unit, lists, 'floor', cpuAFrame, goal);
    this.#compare(`${name}, without Fastify`, unit, `stripped ${lists}`, 'floor', cpuAFrame, goal);
    // With few clients the market is nearly all that there is.
    if (this.#all[lists]!.way.clients >= INTAKE_CLIENTS_MIN)
      this.#compare(
        `${name}, taking in the market left out`,
        unit,
        lists,
        'floor',
        (sample, key) => cpuAFrame(sample) - (key === lists ? this.#intakeAFrame(sample) : 0),
        goal,
      );
    const others =
      lists === 'shared' ? (['mosquitto frames', 'shared array'] as const) : (['own arrays'] as const);
    for (const key of others) this.#compare(name, unit, lists, key, cpuAFrame);
  }

  #frameUnit(lists: ListKind): string {
    const samples = this.#all[lists]?.samples ?? [];
    const of = (value: (sample: Sample) => number): string => median(samples.map(value)).toFixed(0);
    const updates = of(({ updates: all, frames }) => all / frames);
    return `us/frame of ${updates} updates, ${of(({ bytes, frames }) => bytes / frames)} B`;
  }

  /** CPU that the market costs a server that nobody watches, a frame that this sample sent, us. */
  #intakeAFrame({ seconds, frames }: Sample): number {
    const unwatched = this.#all.unwatched?.samples ?? [];
    const usPerS = median(unwatched.map((sample) => sample.cpuUs / sample.seconds));
    return (usPerS * seconds) / frames;
  }

  #market(): void {
    const samples = this.#all.unwatched!.samples.map(({ cpuUs, seconds }) => cpuUs / 10_000 / seconds);
    this.results.push({
      name: 'fanout: taking in the market with nobody watching',
      unit: '% of a core',
      better: 'lower',
      ours: median(samples),
      range: quartiles(samples),
      baseline: null,
      baselineName: '',
    });
  }

  #millions(lists: ListKind): void {
    const valueMax = SECONDS_A_MILLION_MAX[lists];
    const values = this.#all[lists]!.samples.map(cpuSPerMillion);
    this.results.push({
      name: `fanout: updates delivered, ${lists} lists`,
      unit: 'CPU s/million',
      better: 'lower',
      ours: median(values),
      range: quartiles(values),
      baseline: null,
      baselineName: '',
      goal: `<= ${valueMax}`,
      met: median(values) <= valueMax,
    });
  }

  #instructions(): void {
    const user = (sample: Sample): number => sample.instructions!.user / sample.frames;
    const all = (sample: Sample): number => sample.instructions!.all / sample.frames;
    if (this.#all.shared!.samples.some(({ instructions }) => instructions === null)) return;
    const name = 'instructions a frame, shared lists';
    this.#compare(name, 'instructions', 'shared', 'floor', all, { timesMax: 1.35 });
    this.#compare(`${name}, user part`, 'instructions', 'shared', 'floor', user, { valueMax: 4_500 });
    this.#compare('instructions a frame, distinct lists', 'instructions', 'distinct', 'floor', all);
  }

  /** What a client costs that is kept current for a second: a frame a tick, or all updates of its list. */
  #current(key: WayKey, timesMin: number): void {
    const value = (sample: Sample, of: WayKey): number => {
      const owedHz = this.#all[of]!.way.form === 'opaque' ? UPDATES_OF_FLOOR_HZ : this.#updatesOwedHz;
      const clientS = this.#all[of]!.way.conflates ? sample.frames / VIEW_RATE_HZ : sample.updates / owedHz;
      return sample.cpuUs / 1000 / clientS;
    };
    this.#compare('a client kept current', 'CPU ms/s', 'shared', key, value, { timesMin });
  }

  #compare(
    name: string,
    unit: string,
    ourKey: WayKey,
    baselineKey: WayKey,
    value: (sample: Sample, key: WayKey) => number,
    goal: Goal = {},
  ): void {
    const ours = this.#all[ourKey];
    const baseline = this.#all[baselineKey];
    if (ours === undefined || baseline === undefined) return;
    const values = ours.samples.map((sample) => value(sample, ourKey));
    const baselineValues = baseline.samples.map((sample) => value(sample, baselineKey));
    const rounds = Math.min(values.length, baselineValues.length);
    const ratio = median(values.slice(0, rounds).map((one, round) => baselineValues[round]! / one));
    this.results.push({
      name: `fanout: ${name}`,
      unit,
      better: 'lower',
      ours: median(values),
      range: quartiles(values),
      baseline: median(baselineValues),
      baselineName: baseline.way.name,
      ratio,
      ...judge(goal, median(values), ratio),
    });
  }
}

/** The rate at which the floor that sends each update does so. */
const UPDATES_OF_FLOOR_HZ = 2_000;

function judge(
  { timesMax, timesMin, valueMax }: Goal,
  value: number,
  ratio: number,
): { goal?: string; met?: boolean } {
  if (timesMax !== undefined) {
    const times = 1 / ratio;
    return { goal: `<= ${timesMax}x the baseline, is ${times.toFixed(2)}x`, met: times <= timesMax };
  }
  if (timesMin !== undefined) return { goal: `>= ${timesMin}x`, met: ratio >= timesMin };
  if (valueMax !== undefined) return { goal: `<= ${valueMax}`, met: value <= valueMax };
  return {};
}

const cpuAFrame = ({ cpuUs, frames }: Sample): number => cpuUs / frames;
/** Microseconds an update are seconds a million. */
const cpuSPerMillion = ({ cpuUs, updates }: Sample): number => cpuUs / updates;
