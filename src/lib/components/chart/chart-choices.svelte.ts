import {
  canAdd,
  parseStudies,
  presetStudy,
  studiesText,
  STUDIES,
  studyText,
  type StudyChoice,
  type StudyKind,
} from '../../charts/indicators/study-choice.ts';
import { isBarInterval, type BarInterval } from '../../../protocol/channel.ts';
import type { ChartAction } from '../../charts/price-chart-host.ts';
import type { SettingStorage } from '../../state/settings.svelte.ts';

export const CHART_TYPES = ['candle', 'heikin', 'line', 'area'] as const;
export type ChartType = (typeof CHART_TYPES)[number];
export const PRICE_SCALES = ['linear', 'log', 'percent'] as const;
export type PriceScale = (typeof PRICE_SCALES)[number];
/** Sizes of a step of the depth ladder, ticks. */
export const LADDER_STEPS = [1, 2, 5, 10, 50, 100, 500, 1000] as const;
/** Symbols that are compared with the one that is shown. */
export const COMPARED_MAX = 5;

/** What the second chart shows: an instrument by its key, empty = the one of the desk; and bars of which length. */
export interface SecondChoice {
  readonly key: string;
  readonly interval: BarInterval;
}

const STORAGE_KEY = 'tickwire.chart';
const DEFAULT_SECOND: SecondChoice = { key: '', interval: '1h' };
const DEFAULT_STUDIES: readonly StudyChoice[] = [presetStudy('vwap')];

/**
 * How the chart is drawn, and the depth beside it. Kept in the browser's storage, where there is one, as words (`candle log ind=vwap,sma:20`), and spelt in links
 * as a query; what is compared is in links alone, for it belongs to one symbol.
 */
export class ChartChoices {
  #type = $state<ChartType>('candle');
  #scale = $state<PriceScale>('linear');
  #studies = $state.raw<readonly StudyChoice[]>(DEFAULT_STUDIES);
  /** Keys of instruments. */
  #compared = $state.raw<readonly string[]>([]);
  #second = $state.raw(DEFAULT_SECOND);
  #depthStep = $state(1);
  #isTableOpen = $state(false);
  #asked = $state.raw<{ readonly action: ChartAction } | null>(null);
  #storage: SettingStorage | null = null;
  readonly #overlays = $derived(this.#studies.filter(({ kind }) => STUDIES[kind].place === 'price'));

  restore(storage: SettingStorage | null): void {
    this.#storage = storage;
    const [word, ...words] = readText(storage).split(' ');
    const type = CHART_TYPES.find((candidate) => candidate === word);
    if (type === undefined) return;
    this.#type = type;
    this.#scale = PRICE_SCALES.find((scale) => words.includes(scale)) ?? 'linear';
    this.#second = readSecond(words.find((candidate) => candidate.startsWith('second='))?.slice(7) ?? '');
    this.#depthStep = readStep(words.find((candidate) => candidate.startsWith('depth='))?.slice(6)) ?? 1;
    const spelt = words.find((candidate) => candidate.startsWith('ind='))?.slice(4);
    // Before studies had names of their own the average price was a word by itself.
    this.#studies =
      spelt === undefined ? parseStudies(words.includes('vwap') ? 'vwap' : '') : parseStudies(spelt);
  }

  /** What a link says of the chart; what it leaves out stays, except that nothing is compared. */
  take(query: URLSearchParams): void {
    const type = CHART_TYPES.find((candidate) => candidate === query.get('type'));
    const scale = PRICE_SCALES.find((candidate) => candidate === query.get('scale'));
    const studies = query.get('ind');
    if (type !== undefined) this.#type = type;
    if (scale !== undefined) this.#scale = scale;
    if (studies !== null) this.#studies = parseStudies(studies);
    this.#depthStep = readStep(query.get('depth')) ?? this.#depthStep;
    const second = query.get('second');
    if (second !== null) this.#second = readSecond(encodeURI(second));
    const compared = query.get('cmp')?.split(',') ?? [];
    this.#compared = [...new Set(compared.filter((key) => key !== ''))].slice(0, COMPARED_MAX);
  }

  /**
   * What a link must say to look the same.
   * @param isWhole also what is as it is for somebody new: who opens the link may have chosen otherwise
   */
  query(isWhole = false): [name: string, value: string][] {
    const words: [string, string][] = [];
    if (isWhole || this.#type !== 'candle') words.push(['type', this.#type]);
    if (isWhole || this.#scale !== 'linear') words.push(['scale', this.#scale]);
    const studies = studiesText(this.#studies);
    if (isWhole || studies !== studiesText(DEFAULT_STUDIES)) words.push(['ind', studies]);
    if (isWhole || this.#depthStep !== 1) words.push(['depth', String(this.#depthStep)]);
    if (isWhole || secondText(this.#second) !== secondText(DEFAULT_SECOND))
      words.push(['second', `${this.#second.key}@${this.#second.interval}`]);
    if (this.#compared.length > 0) words.push(['cmp', this.#compared.join(',')]);
    return words;
  }

  get type(): ChartType {
    return this.#type;
  }

  set type(type: ChartType) {
    this.#type = type;
    this.#keep();
  }

  get scale(): PriceScale {
    return this.#scale;
  }

  set scale(scale: PriceScale) {
    this.#scale = scale;
    this.#keep();
  }

  get studies(): readonly StudyChoice[] {
    return this.#studies;
  }

  /** Of the studies those that are drawn over the prices: what a small chart has room for. */
  get overlays(): readonly StudyChoice[] {
    return this.#overlays;
  }

  has(kind: StudyKind): boolean {
    return this.#studies.some((choice) => choice.kind === kind);
  }

  /** False when there is no room for one more, or it is there. */
  addStudy(choice: StudyChoice): boolean {
    if (!canAdd(this.#studies, choice)) return false;
    this.#studies = [...this.#studies, choice];
    this.#keep();
    return true;
  }

  /** Puts another in the place of one. One that is there already only goes away. */
  changeStudy(choice: StudyChoice, next: StudyChoice): void {
    const others = this.#studies.filter((held) => studyText(held) !== studyText(choice));
    this.#studies = canAdd(others, next)
      ? this.#studies.map((held) => (studyText(held) === studyText(choice) ? next : held))
      : others;
    this.#keep();
  }

  removeStudy(choice: StudyChoice): void {
    this.#studies = this.#studies.filter((held) => studyText(held) !== studyText(choice));
    this.#keep();
  }

  get compared(): readonly string[] {
    return this.#compared;
  }

  compare(key: string): boolean {
    if (this.#compared.includes(key) || this.#compared.length >= COMPARED_MAX) return false;
    this.#compared = [...this.#compared, key];
    return true;
  }

  stopComparing(key: string): void {
    this.#compared = this.#compared.filter((held) => held !== key);
  }

  /** Of windows that have room for a second chart, or layouts that have one. */
  get second(): SecondChoice {
    return this.#second;
  }

  set second(second: SecondChoice) {
    this.#second = second;
    this.#keep();
  }

  /** Ticks that are one row of the depth ladder. */
  get depthStep(): number {
    return this.#depthStep;
  }

  set depthStep(ticks: number) {
    this.#depthStep = readStep(String(ticks)) ?? 1;
    this.#keep();
  }

  /** The bars in view stand as a table in place of the chart. Not kept. */
  get isTableOpen(): boolean {
    return this.#isTableOpen;
  }

  set isTableOpen(isOpen: boolean) {
    this.#isTableOpen = isOpen;
  }

  /** What a key of the page asks of the chart that is shown; null = nothing that is not done. */
  get asked(): { readonly action: ChartAction } | null {
    return this.#asked;
  }

  ask(action: ChartAction): void {
    this.#asked = { action };
  }

  answered(): void {
    this.#asked = null;
  }

  #keep(): void {
    const words = [
      this.#type,
      this.#scale,
      ...(secondText(this.#second) === secondText(DEFAULT_SECOND)
        ? []
        : [`second=${secondText(this.#second)}`]),
      ...(this.#depthStep === 1 ? [] : [`depth=${this.#depthStep}`]),
      `ind=${studiesText(this.#studies)}`,
    ];
    try {
      this.#storage?.setItem(STORAGE_KEY, words.join(' '));
    } catch {
      // A full or forbidden storage: the choice lasts until the page is left.
    }
  }
}

/** `coinbase:BTC-USD@5m`, without blanks; `@5m` = of the desk's instrument. */
function secondText({ key, interval }: SecondChoice): string {
  return `${encodeURI(key)}@${interval}`;
}

function readSecond(text: string): SecondChoice {
  const at = text.lastIndexOf('@');
  const interval = text.slice(at + 1);
  if (at === -1 || !isBarInterval(interval)) return DEFAULT_SECOND;
  try {
    return { key: decodeURI(text.slice(0, at)), interval };
  } catch {
    return DEFAULT_SECOND;
  }
}

function readStep(text: string | null | undefined): number | undefined {
  return LADDER_STEPS.find((ticks) => String(ticks) === text);
}

function readText(storage: SettingStorage | null): string {
  try {
    return storage?.getItem(STORAGE_KEY) ?? '';
  } catch {
    return '';
  }
}
