import { expect, test } from 'vitest';
import { LIVE_KEYS, REPLAY_KEYS } from '../../../../../src/lib/components/keyboard-lines.ts';
import { keyAction } from '../../../../../src/lib/components/keyboard-map.ts';

const press = (key: string, more: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

test('keys of the transport do nothing while the market is live', () => {
  for (const key of ['.', ',', 'j', 'k', 'l', 'Home', 'End']) {
    expect(keyAction(press(key), false)).toBeNull();
    expect(keyAction(press(key), true)).not.toBeNull();
  }
});

test('the palette opens with Ctrl or Cmd, and other chords are left to the browser', () => {
  expect(keyAction(press('k', { ctrlKey: true }), false)).toEqual({ type: 'palette' });
  expect(keyAction(press('K', { metaKey: true }), true)).toEqual({ type: 'palette' });
  expect(keyAction(press('t', { ctrlKey: true }), false)).toBeNull();
  expect(keyAction(press('1', { altKey: true }), false)).toBeNull();
});

test('digits choose timeframes, in their order', () => {
  expect(keyAction(press('1'), false)).toEqual({ type: 'interval', interval: '1s' });
  expect(keyAction(press('7'), false)).toEqual({ type: 'interval', interval: '1d' });
  expect(keyAction(press('8'), false)).toBeNull();
  expect(keyAction(press('0'), false)).toBeNull();
});

test('every single key that help shows does something', () => {
  for (const line of [...LIVE_KEYS, ...REPLAY_KEYS]) {
    for (const shown of line.keys) {
      if (/^(Ctrl|⌘|…|Shift)/.test(shown)) continue;
      const key = shown === 'Space' ? ' ' : shown;
      expect(keyAction(press(key), true), `${shown}: ${line.does}`).not.toBeNull();
    }
  }
});

test('G and then the letter of a page goes there; after any other key the letter means what it always does', () => {
  expect(keyAction(press('g'), false)).toEqual({ type: 'page-prefix' });
  expect(keyAction(press('B'), false, true)).toEqual({ type: 'page', path: '/board' });
  expect(keyAction(press('g'), false, true)).toEqual({ type: 'page', path: '/grid' });
  expect(keyAction(press('b'), false)).toBeNull();
  expect(keyAction(press('t'), false, true)).toEqual({ type: 'theme' });
});

test('Shift makes another key of a transport letter, and B marks an instant while a replay is watched only', () => {
  expect(keyAction({ ...press('L'), shiftKey: true }, true)).toEqual({ type: 'loop' });
  expect(keyAction(press('l'), true)).toEqual({ type: 'faster' });
  expect(keyAction(press('>'), true)).toEqual({ type: 'step', count: 1, unit: 'bar' });
  expect(keyAction({ ...press(','), shiftKey: true }, true)).toEqual({
    type: 'step',
    count: -1,
    unit: 'bar',
  });
  expect(keyAction(press('b'), true)).toEqual({ type: 'bookmark' });
  expect(keyAction(press('b'), false)).toBeNull();
  expect(keyAction(press('@'), false)).toEqual({ type: 'jump' });
  expect(keyAction(press('y'), false)).toEqual({ type: 'copy-link' });
});

test('Shift T goes through the palettes, and F asks for the whole screen; after G it names the feeds', () => {
  expect(keyAction({ ...press('T'), shiftKey: true }, false)).toEqual({ type: 'next-palette' });
  // With the capitals locked.
  expect(keyAction({ ...press('T'), shiftKey: false }, false)).toEqual({ type: 'theme' });
  expect(keyAction(press('f'), true)).toEqual({ type: 'full-screen' });
  expect(keyAction(press('f'), false, true)).toEqual({ type: 'page', path: '/feeds' });
});
