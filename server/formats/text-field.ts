import { parseDecimal, type Decimal } from '#protocol';
import { FieldFault, NOT_DECIMAL, NOT_TIME, type Field } from './field.ts';
import { isYearLast } from './date-order.ts';
import { withoutFloatNoise, withoutSingleNoise } from './float-noise.ts';
import { withDecimalPoint, withoutThousands } from './grouped-digits.ts';
import type { TextTime } from './text-time.ts';

const NOT_ORDERED =
  'a date whose day and month can be told apart: name their order, as in --map time=Date:mdy or time=Date:dmy';
/** Words that stand for nothing. */
const NOTHING = /^(?:nan|null|none|n\/a|na|-)?$/i;

export interface TextColumn {
  readonly name: string;
  /** The cell of the row where the reader stands. */
  readonly cell: () => string;
  readonly time: TextTime;
  /** Date of a row that has its time of day only. */
  readonly day: () => string;
  /** Whether a comma in a number is its decimal point; else it parts thousands. */
  readonly hasDecimalComma: boolean;
  /** A number was rounded to the digits that a float keeps. */
  readonly onNoise: () => void;
}

const POWER_OF_LETTER: Readonly<Record<string, string>> = { K: 'e3', M: 'e6', B: 'e9' };

/** Without the sign of a currency; 12.5K is 12500. */
function plainNumber(text: string): string {
  const number = /^[$\u20ac\u00a3]\d/.test(text) ? text.slice(1) : text;
  return number.replace(/(?<=\d)[KMB]$/, (letter) => POWER_OF_LETTER[letter]!);
}

/** A cell of a table of text. */
export class TextField implements Field {
  readonly name: string;
  readonly #column: TextColumn;

  constructor(column: TextColumn) {
    this.name = column.name;
    this.#column = column;
  }

  text(): string {
    const text = this.#column.cell();
    return NOTHING.test(text) ? '' : text;
  }

  decimal(): Decimal | null {
    const text = this.text();
    if (text === '') return null;
    const number = plainNumber(text);
    const pointed = this.#column.hasDecimalComma ? withDecimalPoint(number) : withoutThousands(number);
    const decimal = parseDecimal(pointed);
    const rounded = decimal === null ? withoutFloatNoise(pointed) : withoutSingleNoise(decimal);
    if (decimal !== null && rounded === null) return decimal;
    if (rounded === null) throw new FieldFault(this.name, text, NOT_DECIMAL);
    this.#column.onNoise();
    return rounded;
  }

  timeUs(): number {
    const text = this.text();
    if (text === '') return Number.NaN;
    const timeUs = this.#column.time.read(text, this.#column.day());
    if (timeUs === null) throw new FieldFault(this.name, text, isYearLast(text) ? NOT_ORDERED : NOT_TIME);
    return timeUs;
  }
}
