import { expect, test } from 'vitest';
import { LIVE_KEYS, REPLAY_KEYS } from '../../../../../../src/lib/components/keyboard-lines.ts';
import { keyLabel, ownKeys, singleKeys } from '../../../../../../src/lib/components/settings/single-keys.ts';

test('single letters and signs can be moved; chords, digits and named keys cannot', () => {
  const lines = singleKeys([
    { keys: ['Ctrl K'], does: 'a' },
    { keys: ['Space'], does: 'b' },
    { keys: ['1', '…', '7'], does: 'c' },
    { keys: ['G', '…'], does: 'd' },
    { keys: ['/'], does: 'e' },
  ]);
  expect(lines).toEqual([
    { own: 'g', does: 'd' },
    { own: '/', does: 'e' },
  ]);
});

test('keys of the live page and of the replay do not meet', () => {
  const all = [...singleKeys(LIVE_KEYS), ...singleKeys(REPLAY_KEYS)];
  expect(ownKeys(all)).toHaveLength(all.length);
  expect(keyLabel('g')).toBe('G');
});
