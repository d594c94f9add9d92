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
    case 'unknown':
      return AGGRESSOR_UNKNOWN;
    default:
      return null;
  }
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
