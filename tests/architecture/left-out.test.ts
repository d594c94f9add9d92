import { readFileSync } from 'node:fs';
import { compile, parse } from 'svelte/compiler';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';
import { KIT } from '../../vite.lean-kit.ts';
import { NOT_COMPILED } from '../../vite.lean-svelte.ts';
import { digestOf, lean, type Leaner } from '../../vite.leaner.ts';
import { readRepoFile, REPO, repoFiles } from '../support/repo-files.ts';

const components = repoFiles().filter((path) => /^src\/.*\.svelte$/.test(path));
const sources = repoFiles().filter((path) => /^src\/.*\.(?:svelte|ts|html)$/.test(path));

function compiled(source: string): string {
  return compile(source, { generate: 'client', runes: true }).js.code;
}

/** Every element and component of a template: the names of its attributes, as they are written. */
function tags(source: string): string[][] {
  const found: string[][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('attributes' in node && Array.isArray(node.attributes)) {
      const attributes = node.attributes as { type: string; name?: string; modifiers?: string[] }[];
      found.push(
        attributes.map(({ type, name, modifiers = [] }) => [`${type} ${name}`, ...modifiers].join('|')),
      );
    }
    for (const inner of Object.values(node)) walk(inner);
  };
  walk(parse(source, { modern: true }).fragment);
  return found;
}

/** `path:line: text` of every line that a pattern matches. */
function linesWith(pattern: RegExp): string[] {
  return sources.flatMap((path) =>
    readRepoFile(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

describe('what the built page leaves out of Svelte', () => {
  it('is asked for by no component', () => {
    const asked = components.flatMap((path) => {
      const code = compiled(readRepoFile(path));
      const call = NOT_COMPILED.exec(code);
      return call ? [`${path}: ${call[0]}`] : [];
    });
    expect(asked).toEqual([]);
  });

  it('is style beside style: on one element, and |important', () => {
    const wrong = components.flatMap((path) =>
      tags(readRepoFile(path))
        .filter((names) => {
          const directives = names.filter((name) => name.startsWith('StyleDirective '));
          const both = directives.length > 0 && names.includes('Attribute style');
          return both || directives.some((name) => name.endsWith('|important'));
        })
        .map((names) => `${path}: ${names.join(' ')}`),
    );
    expect(wrong).toEqual([]);
  });

  it('is found in a compiled component: await', () => {
    const source = '<script>let { later } = $props();</script><p>{await later}</p>';
    const { js } = compile(source, { generate: 'client', experimental: { async: true } });
    expect(js.code).toMatch(NOT_COMPILED);
    expect(() => compiled(source)).toThrow(/experimental/);
  });
});

describe('what the built page leaves out of SvelteKit', () => {
  it('is what links ask for, except that what they lead to is fetched before', () => {
    expect(linesWith(/data-sveltekit-(?!preload-data)/)).toEqual([]);
  });

  it('is the sending of forms: each has a handler of its own', () => {
    const wrong = components.filter((path) =>
      [...readRepoFile(path).matchAll(/<form\b/g)].some(
        ({ index }) => !/^<form\b[^<]*?\sonsubmit=/.test(readRepoFile(path).slice(index)),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('is what pages keep of themselves, and loading in the page', () => {
    expect(linesWith(/\bexport const snapshot\b/)).toEqual([]);
    expect(
      sources.filter((path) => /\/\+(?:page|layout)\.ts$|^src\/hooks(?:\.client)?\.ts$/.test(path)),
    ).toEqual([]);
  });

  it.each([
    ['addresses after #', 'export const hash = true;'],
    ['a load of the first layout', 'export const server_loads = [0,2];'],
    ['a hook that rewrites addresses', '\treroute: client_hooks.reroute || (() => {}),'],
    ['the rest of a path', '"/files/[...path]": [3]'],
    ['a matcher', '"/desk/[[symbol=symbol]]": [3]'],
  ])('stops the build where it is written into the app: %s', (_, line) => {
    const app = KIT.find(({ file }) => file.endsWith('/app.js'))!;
    expect(() => lean(line, app, parseAst)).toThrow('asks for what is left out');
  });
});

describe('an address', () => {
  const file = '/@sveltejs/kit/src/utils/routing.js';
  const whole = readFileSync(`${REPO}node_modules${file}`, 'utf8');
  const ids = repoFiles()
    .filter((path) => /^src\/routes\/.*\+page\.svelte$/.test(path))
    .map((path) => path.slice('src/routes'.length, -'/+page.svelte'.length) || '/');

  interface Routing {
    parse_route_id(id: string): { pattern: RegExp; params: unknown };
    exec(match: RegExpExecArray, params: unknown, matchers: object): Record<string, string> | undefined;
  }
  async function loaded(code: string): Promise<Routing> {
    const alone = `const BROWSER = true;\n${code.replaceAll(/^import .*$/gm, '')}`;
    return (await import(`data:text/javascript,${encodeURIComponent(alone)}`)) as Routing;
  }

  it('leads to the same page, with the same parameters, as it does with all of SvelteKit', async () => {
    const ways = await Promise.all(
      [
        whole,
        lean(
          whole,
          KIT.find((one) => one.file === file)!,
          parseAst,
        ),
      ].map(loaded),
    );
    const tails = ['', '/', '/BTC-USD', '/a%20b', '/a.b:c', '/a/b', '/a/', '//', '/[symbol]'];
    const heads = ids.map((id) => id.replaceAll(/\/(?:\(\w+\)|\[+\w+\]+)/g, ''));
    const paths = [...heads, '/', '/x', ''].flatMap((head) => tails.map((tail) => `${head}${tail}`));
    const [before, now] = ways.map(({ parse_route_id, exec }) =>
      ids.flatMap((id) => {
        const { pattern, params } = parse_route_id(id);
        return paths.map((path) => {
          const match = pattern.exec(path);
          return [id, path, match && exec(match, params, {})];
        });
      }),
    );
    expect(now).toEqual(before);
    expect(now!.filter(([, , params]) => params !== null).length).toBeGreaterThan(ids.length);
  });
});

describe('a file of a library', () => {
  const code = 'class A {\n\t#b = 1;\n\tc() {}\n}\nfunction d() {\n\treturn 1;\n}\n';
  const leaned = (leaner: Partial<Leaner>): string => lean(code, { file: 'a.js', ...leaner }, parseAst);

  it('is left out in parts, and throws where those are called', () => {
    const text = leaned({ read: digestOf(code), idle: ['A.#b', 'A.c', 'd'] });
    expect(text).not.toMatch(/#b|c\(\)/);
    expect(text).toContain("throw new Error('left out: d')");
  });

  it('that is not the one that was read stops the build', () => {
    expect(() => leaned({ read: digestOf(`${code}\n`) })).toThrow('read it again');
  });

  it.each<[string, Partial<Leaner>]>([
    ['a function', { idle: ['e'] }],
    ['a member', { idle: ['A.#e'] }],
    ['a text', { texts: [['return 2', '']] }],
    ['the end of a span', { spans: [['return', 'break']] }],
    ['an expression', { known: [['a.hash', 'false']] }],
  ])('that has no longer what is named stops the build: %s', (_, leaner) => {
    expect(() => leaned(leaner)).toThrow(/^has no/);
  });
});
