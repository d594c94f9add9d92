import type { RawFrame } from '../venue/ports.ts';

/** What no venue's documents describe, by name. */
export const FOREIGN_FRAMES: readonly (readonly [name: string, frame: RawFrame])[] = [
  ['nothing', ''],
  ['text that is no JSON', 'not json'],
  ['an open brace', '{'],
  ['null', 'null'],
  ['a number', '42'],
  ['a text', '"text"'],
  ['true', 'true'],
  ['an empty list', '[]'],
  ['an empty object', '{}'],
  ['a list of null', '[null]'],
  ['a list in a list', '[[]]'],
  [
    'an object of an unknown kind',
    '{"type":"tickwire-unknown","event":"tickwire-unknown","channel":"tickwire"}',
  ],
  ['a list of an unknown kind', '[{"T":"tickwire-unknown"}]'],
  ['bytes', new Uint8Array([0xc1, 0x00, 0xff])],
  ['a megabyte of an unknown kind', `{"type":"tickwire-unknown","pad":"${'x'.repeat(1_000_000)}"}`],
];

/** What stands in the place of a value: another type, nothing, or a number that is none. */
const WRONG_VALUES: readonly unknown[] = [null, '', 'tickwire', -1, {}, []];

/**
 * The frame with one value of a wrong type, each place in it once: what a changed protocol or a broken proxy sends. Empty for a frame
 * that is no JSON. Of long lists only the first elements are taken.
 */
export function* wrongTypes(frame: RawFrame): Generator<string> {
  if (typeof frame !== 'string') return;
  let root: unknown;
  try {
    root = JSON.parse(frame);
  } catch {
    return;
  }
  for (const path of places(root))
    for (const wrong of WRONG_VALUES) yield JSON.stringify(replaced(root, path, wrong));
}

/** The frame cut off at a few places, as a peer that breaks off in the midst of it leaves it. */
export function cutFrames(frame: RawFrame): RawFrame[] {
  return [0.25, 0.5, 0.9].map((share) => {
    const end = Math.floor(frame.length * share);
    return typeof frame === 'string' ? frame.slice(0, end) : frame.subarray(0, end);
  });
}

type Path = readonly (string | number)[];

const ELEMENTS_MAX = 3;
const DEPTH_MAX = 5;

function* places(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (path.length >= DEPTH_MAX || typeof value !== 'object' || value === null) return;
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.slice(0, ELEMENTS_MAX).map((item, at): [number, unknown] => [at, item])
    : Object.entries(value);
  for (const [key, item] of entries) yield* places(item, [...path, key]);
}

function replaced(value: unknown, [key, ...rest]: Path, wrong: unknown): unknown {
  if (key === undefined) return wrong;
  if (Array.isArray(value)) return value.map((item, at) => (at === key ? replaced(item, rest, wrong) : item));
  const object = value as Record<string, unknown>;
  return { ...object, [key]: replaced(object[key], rest, wrong) };
}
