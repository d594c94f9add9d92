import { describe, expect, it } from 'vitest';
import {
  freeName,
  isRecordingName,
  nameOfFile,
  uploadName,
} from '../../../../server/recordings/recording-name.ts';

describe('a name of a recording', () => {
  it.each([
    'a',
    'FOMC 2026-03-18',
    'open (2)',
    'Überblick',
    '東京 9時',
    "BTC-USD & ETH_USD's day",
    '1.5x [b]2',
  ])('may be %j', (name) => {
    expect(isRecordingName(name)).toBe(true);
  });

  it.each([
    '',
    '.',
    '..',
    '../a',
    'a/b',
    'a\\b',
    '.a',
    'a.',
    'a ',
    ' a',
    '-a',
    'a\nb',
    'a\u0000',
    'NUL',
    'com1.x',
    'a:b',
    'ä'.repeat(101),
  ])('may not be %j', (name) => {
    expect(isRecordingName(name)).toBe(false);
  });

  it('is made free by a number', () => {
    expect(freeName('a', (name) => ['a', 'a (2)'].includes(name))).toBe('a (3)');
  });

  it('is made of the name of a file', () => {
    expect(
      ['BTCUSDT-trades.csv.gz', 'a:b?.zip', '.csv', 'x/../y.parquet', '..', 'deribit_2024.dbn.zst'].map(
        nameOfFile,
      ),
    ).toEqual(['BTCUSDT-trades', 'a_b', 'Import', 'x_.._y', 'Import', 'deribit_2024']);
  });
});

describe('the name of an upload', () => {
  it('keeps what an importer reads in it, and leads nowhere', () => {
    expect(
      ['BTCUSDT-trades.csv', '../../etc/passwd', 'C:\\x\\y.csv', '..', '.made', 'a\u0000b', ''].map(
        uploadName,
      ),
    ).toEqual(['BTCUSDT-trades.csv', 'passwd', 'y.csv', 'upload', 'made', 'a_b', 'upload']);
    expect(uploadName(`${'x'.repeat(300)}.csv`)).toHaveLength(150);
  });
});
