/** A number that a study is made with. */
interface StudyParameter {
  readonly name: string;
  readonly preset: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

interface StudyForm {
  /** As legends have it. */
  readonly label: string;
  readonly name: string;
  /** Drawn over the prices, or in a part of the chart of its own below them. */
  readonly place: 'price' | 'pane';
  readonly parameters: readonly StudyParameter[];
}

const length = (preset: number, name = 'Length', min = 2): StudyParameter => ({
  name,
  preset,
  min,
  max: 500,
  step: 1,
});

/** Every study that can be chosen, in the order of the menu. */
export const STUDIES = {
  vwap: { label: 'VWAP', name: 'Volume-weighted average', place: 'price', parameters: [] },
  sma: { label: 'SMA', name: 'Moving average', place: 'price', parameters: [length(20)] },
  ema: { label: 'EMA', name: 'Exponential average', place: 'price', parameters: [length(21)] },
  bb: {
    label: 'BB',
    name: 'Bollinger bands',
    place: 'price',
    parameters: [length(20), { name: 'Deviations', preset: 2, min: 0.5, max: 5, step: 0.5 }],
  },
  rsi: { label: 'RSI', name: 'Relative strength', place: 'pane', parameters: [length(14)] },
  macd: {
    label: 'MACD',
    name: 'Convergence of averages',
    place: 'pane',
    parameters: [length(12, 'Fast'), length(26, 'Slow'), length(9, 'Signal', 1)],
  },
} as const satisfies Record<string, StudyForm>;

export type StudyKind = keyof typeof STUDIES;
export const STUDY_KINDS = Object.keys(STUDIES) as StudyKind[];
/** Studies shown at once; of those, in panes: more would leave no room for the prices. */
export const STUDIES_MAX = 8;
export const PANES_MAX = 3;

export interface StudyChoice {
  readonly kind: StudyKind;
  /** As many as the form has, each within its bounds. */
  readonly values: readonly number[];
}

export function studyForm(kind: StudyKind): StudyForm {
  return STUDIES[kind];
}

export function presetStudy(kind: StudyKind): StudyChoice {
  return { kind, values: studyForm(kind).parameters.map(({ preset }) => preset) };
}

/** `sma:20`, `bb:20:2`, `vwap`: the spelling of links and of the storage. */
export function studyText({ kind, values }: StudyChoice): string {
  return [kind, ...values].join(':');
}

/** `SMA 20`, `BB 20 2`: the spelling of legends. */
export function studyLabel({ kind, values }: StudyChoice): string {
  return [STUDIES[kind].label, ...values].join(' ');
}

/** The study that a word spells; numbers left out are the presets, those out of bounds become the nearest within. Null = no study. */
export function parseStudy(word: string): StudyChoice | null {
  const [name = '', ...texts] = word.split(':');
  const kind = STUDY_KINDS.find((candidate) => candidate === name);
  if (kind === undefined) return null;
  return withValues(
    kind,
    texts.map((text) => (text === '' ? Number.NaN : Number(text))),
  );
}

/** A study with these numbers, each brought within its bounds; what is no number is the preset. */
export function withValues(kind: StudyKind, wanted: readonly number[]): StudyChoice {
  const values = studyForm(kind).parameters.map(({ preset, min, max, step }, at) => {
    const value = wanted[at] ?? Number.NaN;
    if (!Number.isFinite(value)) return preset;
    return Math.min(max, Math.max(min, Math.round(value / step) * step));
  });
  return { kind, values };
}

/** `vwap,sma:20` as choices, each once; what spells none is left out. */
export function parseStudies(text: string): StudyChoice[] {
  const choices: StudyChoice[] = [];
  for (const word of text.split(',')) {
    const choice = parseStudy(word.trim());
    if (choice !== null && canAdd(choices, choice)) choices.push(choice);
  }
  return choices;
}

export function studiesText(choices: readonly StudyChoice[]): string {
  return choices.map(studyText).join(',');
}

/** Whether there is room for one more, and it is not there yet. */
export function canAdd(choices: readonly StudyChoice[], choice: StudyChoice): boolean {
  if (choices.length >= STUDIES_MAX) return false;
  if (choices.some((held) => studyText(held) === studyText(choice))) return false;
  const isPane = (kind: StudyKind): boolean => STUDIES[kind].place === 'pane';
  return !isPane(choice.kind) || choices.filter(({ kind }) => isPane(kind)).length < PANES_MAX;
}
