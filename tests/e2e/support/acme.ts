import { expect } from 'vitest';

export const INGEST_TOKEN = 'a-secret-for-tests-0123';

/** A server that takes pushes with that token and keeps alerts. */
type At = { readonly url: string };

/** Pushes a trade of ACME; the first one brings the instrument. */
export async function tradeAcme({ url }: At, price: string): Promise<void> {
  const { status } = await fetch(`${url}/api/ingest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${INGEST_TOKEN}` },
    body: JSON.stringify({
      instruments: [{ venue: 'desk', symbol: 'ACME', tick: '0.01', lot: '1' }],
      events: [{ type: 'trade', venue: 'desk', symbol: 'ACME', price, size: '1' }],
    }),
  });
  expect(status).toBe(200);
}

export const acmeAbove = (level: string) => ({
  selectors: ['desk:ACME'],
  condition: { kind: 'price', field: 'last', direction: 'above', level },
});

export const setAlert = ({ url }: At, body: object): Promise<Response> =>
  fetch(`${url}/api/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
