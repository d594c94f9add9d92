type Choices = readonly (readonly [number, string])[];

/** Choices of times in seconds; a value that was set elsewhere is one too. */
export function withOwn(choices: Choices, value: number): Choices {
  return choices.some(([known]) => known === value) ? choices : [...choices, [value, `${value} s`]];
}
