import { expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();

async function open(content: string) {
  const { recording, report } = await openRecording([files.write('download.csv', content)], {
    strict: false,
  });
  const symbols = recording.instruments.map(({ symbol }) => symbol);
  const events = playAll(recording).map((event) => ({ ...event, symbol: symbols[event.instrument] }));
  return { events, symbols, report, instruments: recording.instruments };
}

it('yfinance: one symbol under a header of three lines, its prices without the noise of 32 bits', async () => {
  const { events, symbols, report, instruments } = await open(
    'Price,Close,High,Low,Open,Volume\nTicker,AAPL,AAPL,AAPL,AAPL,AAPL\nDate,,,,,\n' +
      '2020-01-02,75.0875015258789,75.1500015258789,73.79750061035156,74.05999755859375,135480400\n' +
      '2020-01-03,941.5599975585938,942.0,940.25,941.0,146322800\n',
  );
  expect(symbols).toEqual(['AAPL']);
  expect(instruments).toMatchObject([{ tick: { units: 1, decimals: 4 } }]);
  expect(events).toMatchObject([
    { type: 'bar', open: 740_600, high: 751_500, low: 737_975, close: 750_875, volume: 135_480_400 },
    { open: 9_410_000, high: 9_420_000, low: 9_402_500, close: 9_415_600 },
  ]);
  expect(report.anomalies).toMatchObject({ float_noise_rounded: 5 });
});

it('yfinance: several symbols beside each other, days without a trade, and times with an offset', async () => {
  const { events, symbols, report } = await open(
    'Price,Close,Close,High,High,Low,Low,Open,Open,Volume,Volume\n' +
      'Ticker,AAPL,BTC-USD,AAPL,BTC-USD,AAPL,BTC-USD,AAPL,BTC-USD,AAPL,BTC-USD\nDatetime,,,,,,,,,,\n' +
      '2024-01-06 09:30:00-05:00,,44000.5,,44100,,43900,,44010,,120\n' +
      '2024-01-06 09:31:00-05:00,75,44001,76,44100,74,43900,75.5,44010,7,130\n' +
      '2024-01-06 09:32:00-05:00,x,44001,76,44100,74,43900,75.5,44010,7,130\n',
  );
  expect(symbols.toSorted()).toEqual(['AAPL', 'BTC-USD']);
  expect(events.map(({ symbol }) => symbol)).toEqual(['BTC-USD', 'AAPL', 'BTC-USD', 'BTC-USD']);
  expect(new Date(events[0]!.venueTimeUs / 1_000).toISOString()).toBe('2024-01-06T14:31:00.000Z');
  expect(report.broken).toMatchObject({
    rows: 1,
    first: [expect.stringMatching(/row 6, column close: found "x"/)],
  });
});
