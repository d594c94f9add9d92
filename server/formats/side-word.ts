import { AGGRESSOR_BUY, AGGRESSOR_SELL, AGGRESSOR_UNKNOWN, type Aggressor } from '#protocol';

/** Who crossed the spread, as files say it. Null for a word or number that says nothing of the kind. */
export function aggressorOfWord(text: string): Aggressor | null {
  switch (text.toLowerCase()) {
    case 'buy':
    case 'b':
    case 'buyer':
      return AGGRESSOR_BUY;
    case 'sell':
    case 's':
    case 'seller':
      return AGGRESSOR_SELL;
    case '':
    case 'any':
    case 'none':
    case 'no_aggressor':
    case 'unknown':
      return AGGRESSOR_UNKNOWN;
    default:
      return null;
  }
}

/** -1 says that a 1 of the same file buys: of 0, 1 and 2 nobody knows. */
export function isSignedSell(text: string): boolean {
  return /^-1(?:\.0*)?$/.test(text);
}

/** The word for a side that is written as a sign; other text as it is. */
export function wordOfSign(text: string): string {
  if (isSignedSell(text)) return 'sell';
  return /^\+?1(?:\.0*)?$/.test(text) ? 'buy' : text;
}

/** A buyer who rested was sold to. Null for a word that is neither true nor false. */
export function aggressorOfMaker(text: string): Aggressor | null {
  switch (text.toLowerCase()) {
    case 'true':
    case 't':
    case '1':
      return AGGRESSOR_SELL;
    case 'false':
    case 'f':
    case '0':
      return AGGRESSOR_BUY;
    case '':
    case 'none':
      return AGGRESSOR_UNKNOWN;
    default:
      return null;
  }
}
