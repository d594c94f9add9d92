const BY_COMMA = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const BY_POINT = /^-?\d{1,3}(?:\.\d{3})+,\d+$/;
const DECIMAL_COMMA = /^-?\d+,\d+$/;

/** A number as spreadsheets write it, 59,997.43, without the commas between its thousands; other text as it is. */
export function withoutThousands(text: string): string {
  return BY_COMMA.test(text) ? text.replaceAll(',', '') : text;
}

/** A number with a decimal comma, 61602,02 or 61.602,02, with a point for it; other text as it is. */
export function withDecimalPoint(text: string): string {
  if (DECIMAL_COMMA.test(text)) return text.replace(',', '.');
  return BY_POINT.test(text) ? text.replaceAll('.', '').replace(',', '.') : text;
}
