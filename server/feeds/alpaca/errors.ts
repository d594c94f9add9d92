/**
 * AL9 Errors of the stream: https://docs.alpaca.markets/docs/streaming-market-data#errors. What each means for the connection:
 * `refused` = the subscription that it answers, `stop` = trying again is no use, `again` = a new connection later, `ignore` = none.
 */
type Consequence = 'refused' | 'stop' | 'again' | 'ignore';

export interface AlpacaError {
  readonly consequence: Consequence;
  readonly sentence: string;
  /** We were too slow: what was cut off was more than we could take. */
  readonly isOverload?: true;
}

const ERRORS: Readonly<Record<number, AlpacaError>> = {
  400: { consequence: 'refused', sentence: 'Alpaca did not understand the request (400).' },
  401: { consequence: 'again', sentence: 'Alpaca wants the keys first (401).' },
  402: {
    consequence: 'stop',
    sentence: 'Alpaca refuses the keys (402): check ALPACA_KEY_ID and ALPACA_SECRET_KEY.',
  },
  403: { consequence: 'ignore', sentence: 'Alpaca had the keys already (403).' },
  404: { consequence: 'again', sentence: 'The keys came too late for Alpaca (404).' },
  405: { consequence: 'refused', sentence: 'the symbol limit of the account is reached (405).' },
  406: {
    consequence: 'again',
    sentence:
      'Alpaca allows one connection an account and another is open (406): it is tried again until that one ends.',
  },
  407: {
    consequence: 'again',
    sentence: 'Alpaca cut us off because we read too slowly (407).',
    isOverload: true,
  },
  408: { consequence: 'stop', sentence: 'This account may not use the stream (408).' },
  409: { consequence: 'refused', sentence: 'the account has no subscription for this feed (409).' },
  410: { consequence: 'refused', sentence: 'this feed has no such channel (410).' },
  500: { consequence: 'again', sentence: 'Alpaca reports a fault of its own (500).' },
};

/** Unknown codes mean a new connection: what they did to this one is not known. */
export function errorOf(code: unknown, message: unknown): AlpacaError {
  const known = typeof code === 'number' && Object.hasOwn(ERRORS, code) ? ERRORS[code] : undefined;
  if (known !== undefined) return known;
  const text = typeof message === 'string' ? message.slice(0, 100) : '';
  return { consequence: 'again', sentence: `Alpaca reports an error: ${String(code)} ${text}`.trim() };
}
