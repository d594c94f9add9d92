import { expect, test } from 'vitest';
import { createQuoteColumns } from '../../../../../../src/lib/client/quote-columns.ts';
import { rowTexts } from '../../../../../../src/lib/components/watch/row-texts.ts';
import { fakeEntry } from '../../../../../support/fake-server.ts';

const entry = fakeEntry(0, 'BTC-USD');

test('a row that is silent for too long shows its age instead of the volume', () => {
  const columns = createQuoteColumns(4);
  columns.last[0] = 10_000;
  columns.volume[0] = 5_000;
  expect(rowTexts(entry, columns)).toMatchObject({ stale: false, last: '100.00' });
  expect(rowTexts(entry, columns, 33_000)).toMatchObject({ stale: true, volume: '33 s', last: '100.00' });
});

test('a row that never had a value has no age', () => {
  const columns = createQuoteColumns(4);
  const silent = rowTexts(entry, columns, 33_000);
  expect(silent).toEqual(rowTexts(entry, columns));
  expect(silent).toMatchObject({ stale: false, last: silent.volume });
});
