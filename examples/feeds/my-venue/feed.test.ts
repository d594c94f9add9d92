// node --test
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tradeOf } from './map.ts';
import { subscribeFrames } from './subscribe.ts';
import { parsed } from './wire.ts';

const capture = readFileSync(new URL('./capture.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const frames = capture
  .map((line) => JSON.parse(line) as { dir: string; raw?: string })
  .filter(({ dir }) => dir === 'in')
  .map(({ raw }) => parsed(raw));

test('every frame of the capture is known', () => {
  assert.deepEqual(
    frames.filter((frame) => frame === null || frame.type === 'unknown'),
    [],
  );
});

test('a trade keeps the digits of its price and says who crossed the spread', () => {
  const trade = frames.find((frame) => frame?.type === 'trade');
  assert.ok(trade?.type === 'trade');
  const { price, size, aggressor, id } = tradeOf(trade, 0 as Parameters<typeof tradeOf>[1]);
  assert.deepEqual({ price, size, aggressor, id }, { price: '10.05', size: '0.5', aggressor: 2, id: '101' });
});

test('a subscription names its symbols', () => {
  assert.deepEqual(subscribeFrames(['ABC-USD']), ['{"op":"subscribe","symbols":["ABC-USD"]}']);
});
