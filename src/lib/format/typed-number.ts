import { fixedFormat, MINUS } from './locale.ts';

/** What stands before the decimals of a number, and between its thousands. */
interface Writing {
  readonly decimal: RegExp;
  readonly plain: RegExp;
  readonly grouped: RegExp;
  readonly groups: RegExp;
}

/** Groups are of three digits, or of two before the last (`12,34,567`); a comma elsewhere is none. */
const POINT: Writing = {
  decimal: /\./,
  plain: /^[+-]?\d*(?:\.\d*)?(?:e[+-]?\d+)?$/i,
  grouped: /^[+-]?[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d*)?$/,
  groups: /,/g,
};
const COMMA: Writing = {
  decimal: /,/,
  plain: /^[+-]?\d*(?:,\d*)?(?:e[+-]?\d+)?$/i,
  grouped: /^[+-]?[1-9]\d{0,2}(?:\.\d{2,3})*\.\d{3}(?:,\d*)?$/,
  groups: /\./g,
};

/** The sign before decimals in the language of the page's numbers: what a keyboard of it has. Others than the comma are read as a point. */
function pageDecimalSign(): '.' | ',' {
  return fixedFormat(1).format(0.5).includes(',') ? ',' : '.';
}

/**
 * A number as people type or paste it, as plain decimal text: `64,200.50`, `−3`, and `64.200,50` where the page writes it so. Where
 * the comma is the decimal sign a point is one too unless it parts thousands. What can be read in no way comes back with
 * its signs, so that no reader takes it for a number: half of it left out would be another number.
 */
export function plainNumber(text: string, decimalSign = pageDecimalSign()): string {
  const bare = latinDigits(text)
    .replaceAll(/[\s_'’\u066c\u200e\u200f\u061c]/g, '')
    .replace('\u066b', '.')
    .replace(MINUS, '-')
    .replace(/^\+/, '');
  for (const { decimal, plain, grouped, groups } of decimalSign === ',' ? [COMMA, POINT] : [POINT]) {
    if (plain.test(bare)) return bare.replace(decimal, '.');
    if (grouped.test(bare)) return bare.replaceAll(groups, '').replace(decimal, '.');
  }
  return bare;
}

/** Plain decimal text as it stands in a field, where `plainNumber` reads it again. */
export function typedNumber(plain: string): string {
  return plain.replace('.', pageDecimalSign());
}

/** Digits of the page's language as those of the wire. */
function latinDigits(text: string): string {
  const zero = fixedFormat(0).format(0).codePointAt(0)!;
  return text.replaceAll(/\p{Nd}/gu, (digit) => {
    const value = digit.codePointAt(0)! - zero;
    return value >= 0 && value <= 9 ? String(value) : digit;
  });
}
