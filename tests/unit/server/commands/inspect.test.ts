import { describe, expect, it } from 'vitest';
import { inspectFile, inspectionText } from '../../../../server/commands/inspect.ts';
import { RecordingFiles, tradeRow, TRADES_HEADER } from '../formats/recording-files.ts';
import { zipOf } from '../formats/zip-writer.ts';

const files = new RecordingFiles();
const trades = (count: number): string =>
  [TRADES_HEADER, ...Array.from({ length: count }, (_, row) => tradeRow({ id: row + 1 }))].join('\n');

const partsOf = (members: Record<string, string>) =>
  Object.entries(members).map(([name, content]) => ({ name, content }));

describe('inspect', () => {
  it('has the prices of bars where there are no trades: first open, last close, lowest and highest', async () => {
    const path = files.write(
      'ABC.csv',
      'date,open,high,low,close,volume\n2024-01-02,2,5,1.5,3,1\n2024-01-03,3,4,2,2.5,1\n',
    );
    const { instruments } = await inspectFile(path);
    expect(instruments).toMatchObject([{ first: '2.0', last: '2.5', low: '1.5', high: '5.0' }]);
  });

  it('lists the members of an archive, the largest first, and why others were left out', async () => {
    const members = { 'a.csv': trades(1), 'read.me': 'nothing of the kind', 'b.csv': trades(3) };
    const inspection = await inspectFile(files.write('x.zip', zipOf(partsOf(members))));
    expect(inspection.format).toBe('tardis-trades');
    expect(inspection.members).toEqual([
      { name: 'a.csv', format: 'tardis-trades', rows: 1 },
      { name: 'b.csv', format: 'tardis-trades', rows: 3 },
    ]);
    const text = inspectionText(inspection);
    expect(text).toMatch(
      /members {6}2\n {2}b\.csv {2}tardis-trades {2}3 rows\n {2}a\.csv {2}tardis-trades {2}1 rows/,
    );
    expect(text).toMatch(/skipped {6}1\n {2}.*read\.me\), row 1: found "nothing of the kind"/);
  });

  it('names each format of an archive, and no more members than a screen has room for', async () => {
    const bars = 'date,open,high,low,close\n2024-01-02,2,5,1,3\n';
    const many = Array.from({ length: 14 }, (_, at) => [`t${at}.csv`, trades(2)] as const);
    const inspection = await inspectFile(
      files.write('y.zip', zipOf(partsOf({ 'ABC.csv': bars, ...Object.fromEntries(many) }))),
    );
    expect(inspection.format).toBe('tardis-trades, bars');
    expect(inspectionText(inspection)).toContain('  and 5 smaller ones');
  });

  it('shows what columns were taken for, and broken rows', async () => {
    const inspection = await inspectFile(
      files.write('q.csv', 'when,px,qty\n1704067200000,1,2\n1704067200000,x,2\n'),
    );
    expect(inspectionText(inspection)).toContain('columns      time=when:ms,price=px,size=qty');
    expect(inspectionText(inspection)).toMatch(/broken {7}1 row left out\n {2}.*row 3, column px/);
    expect(inspection).toMatchObject({ rows: 2, broken: { rows: 1 }, mapping: expect.any(String) as string });
  });
});
