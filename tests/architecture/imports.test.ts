import { describe, expect, it } from 'vitest';
import { repoFiles } from '../support/repo-files.ts';
import { importsOf, type ImportEdge } from '../support/source-imports.ts';

/**
 * The rooms of the house, and which others each may import, itself apart. Most specific prefix first. A session stands above the
 * timelines because it drives one; a timeline knows its viewers by an interface only.
 */
const ROOMS: readonly { room: string; prefixes: readonly string[]; mayImport: readonly string[] }[] = [
  { room: 'protocol', prefixes: ['src/protocol/'], mayImport: [] },
  { room: 'engine', prefixes: ['server/engine/'], mayImport: ['protocol'] },
  {
    room: 'server basics',
    prefixes: [
      'server/clock.ts',
      'server/errors.ts',
      'server/make-folder.ts',
      'server/package-root.ts',
      'server/text-file.ts',
      'server/version.ts',
    ],
    mayImport: ['protocol', 'engine'],
  },
  // What an adapter is checked and tried with reads files of captures.
  {
    room: 'adapter kit',
    prefixes: ['server/feeds/kit/'],
    mayImport: ['protocol', 'engine', 'server basics', 'feeds', 'formats'],
  },
  { room: 'feeds', prefixes: ['server/feeds/'], mayImport: ['protocol', 'engine', 'server basics'] },
  { room: 'tape', prefixes: ['server/tape/'], mayImport: ['protocol', 'engine', 'server basics'] },
  // Files of other people become recordings; a venue's frames are read by its adapter.
  {
    room: 'formats',
    prefixes: ['server/formats/'],
    mayImport: ['protocol', 'engine', 'server basics', 'feeds', 'tape'],
  },
  { room: 'bus', prefixes: ['server/bus/'], mayImport: ['protocol', 'engine', 'server basics'] },
  { room: 'access', prefixes: ['server/access/'], mayImport: ['protocol', 'engine', 'server basics'] },
  {
    room: 'timelines',
    prefixes: ['server/timelines/'],
    mayImport: ['protocol', 'engine', 'server basics', 'feeds', 'tape', 'formats', 'bus', 'access'],
  },
  {
    room: 'sessions',
    prefixes: ['server/sessions/'],
    mayImport: ['protocol', 'engine', 'server basics', 'access', 'timelines'],
  },
  {
    room: 'launcher',
    prefixes: ['server/launch.mjs', 'server/launch/', 'server/package-dist.mjs'],
    mayImport: [],
  },
  {
    room: 'server',
    prefixes: ['server/'],
    mayImport: [
      'protocol',
      'engine',
      'server basics',
      'feeds',
      'adapter kit',
      'tape',
      'formats',
      'bus',
      'access',
      'timelines',
      'sessions',
      'client',
    ],
  },
  { room: 'client', prefixes: ['src/lib/client/'], mayImport: ['protocol'] },
  { room: 'format', prefixes: ['src/lib/format/'], mayImport: ['protocol'] },
  { room: 'scheduler', prefixes: ['src/lib/scheduler/'], mayImport: [] },
  { room: 'state', prefixes: ['src/lib/state/'], mayImport: ['protocol', 'client', 'format', 'scheduler'] },
  {
    room: 'charts',
    prefixes: ['src/lib/charts/'],
    mayImport: ['protocol', 'client', 'state', 'format', 'scheduler'],
  },
  {
    room: 'components',
    prefixes: ['src/lib/components/'],
    mayImport: ['protocol', 'client', 'state', 'format', 'scheduler', 'charts'],
  },
  {
    room: 'page',
    prefixes: ['src/'],
    mayImport: ['protocol', 'client', 'state', 'format', 'scheduler', 'charts', 'components'],
  },
];

const SOURCE = /^(?:server|src)\/.*\.(?:ts|svelte|mjs|js)$/;
const edges = repoFiles()
  .filter((path) => SOURCE.test(path))
  .flatMap(importsOf)
  // Types that SvelteKit makes beside a route.
  .filter(({ to }) => !to.endsWith('/$types'));

const roomOf = (path: string): string | undefined =>
  ROOMS.find(({ prefixes }) => prefixes.some((prefix) => path.startsWith(prefix)))?.room;
const isOurs = (path: string): boolean => /^(?:server|src)\//.test(path);
/** Parts that all feeds share. */
const SHARED = new Set(['venue', 'kit']);
const feedOf = (path: string): string | undefined => {
  const feed = /^server\/feeds\/([^/]+)\//.exec(path)?.[1];
  return feed === undefined || SHARED.has(feed) ? undefined : feed;
};
const shown = ({ from, line, to }: ImportEdge): string => `${from}:${line} imports ${to}`;

describe('imports', () => {
  it('are found at all', () => {
    expect(edges.length).toBeGreaterThan(100);
    expect(edges.map(shown).join('\n')).toMatch(/src\/protocol\/codec\.ts:\d+ imports msgpackr/);
  });

  it('run one way', () => {
    const wrong = edges.filter(({ from, to }) => {
      if (!isOurs(to)) return false;
      const [room, other] = [roomOf(from), roomOf(to)];
      return (
        room !== other && !ROOMS.find((candidate) => candidate.room === room)!.mayImport.includes(other!)
      );
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it('of one room only ever lead to rooms that do not lead back', () => {
    const reach = (room: string, seen = new Set<string>()): Set<string> => {
      for (const other of ROOMS.find((candidate) => candidate.room === room)!.mayImport) {
        if (!seen.has(other)) reach(other, seen.add(other));
      }
      return seen;
    };
    expect(ROOMS.map(({ room }) => room).filter((room) => reach(room).has(room))).toEqual([]);
  });

  it('of src never lead to the server', () => {
    expect(
      edges.filter(({ from, to }) => from.startsWith('src/') && to.startsWith('server/')).map(shown),
    ).toEqual([]);
  });

  it('of the protocol bring in msgpackr and nothing else from outside', () => {
    const outside = edges.filter(
      ({ from, to }) => from.startsWith('src/protocol/') && !to.startsWith('src/protocol/'),
    );
    expect(new Set(outside.map(({ to }) => to))).toEqual(new Set(['msgpackr']));
  });

  it('of the client, the state store and the engine bring in no framework', () => {
    const framework = /^(?:svelte|@sveltejs|chart\.js|fastify|@fastify|ws)(?:\/|$)|\.svelte(?:\.ts)?$/;
    const pure = /^(?:src\/lib\/client|server\/engine|src\/protocol|src\/lib\/format)\//;
    expect(edges.filter(({ from, to }) => pure.test(from) && framework.test(to)).map(shown)).toEqual([]);
  });

  it('of the engine bring in nothing from outside: no I/O, no timers', () => {
    const outside = edges.filter(({ from, to }) => from.startsWith('server/engine/') && !isOurs(to));
    expect(outside.map(shown)).toEqual([]);
  });

  it('of the browser bring in nothing of Node', () => {
    const node = edges.filter(
      ({ from, to, typeOnly }) =>
        from.startsWith('src/') && !from.endsWith('.d.ts') && to.startsWith('node:') && !typeOnly,
    );
    expect(node.map(shown)).toEqual([]);
  });

  it('of one feed never lead to another', () => {
    const wrong = edges.filter(({ from, to }) => {
      const [feed, other] = [feedOf(from), feedOf(to)];
      return feed !== undefined && other !== undefined && feed !== other;
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it('of the server reach the protocol through #protocol, and the browser library through #lib', () => {
    const relative = edges.filter(
      ({ from, to }) =>
        from.startsWith('server/') &&
        to.startsWith('src/') &&
        !/^src\/(?:protocol\/index\.ts|lib\/)/.test(to),
    );
    expect(relative.map(shown)).toEqual([]);
  });

  it('name files that exist', () => {
    const files = new Set(repoFiles());
    const missing = edges.filter(({ to }) => isOurs(to) && !files.has(to) && !files.has(`${to}.ts`));
    expect(missing.map(shown)).toEqual([]);
  });
});
