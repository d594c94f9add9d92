import { basename } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { readRepoFile, repoFiles } from '../support/repo-files.ts';

const LINES_MAX = 400;
/** A test's file holds its whole story. */
const TEST_LINES_MAX = 600;

/** Files that may be longer, each with its reason. */
const LONG_FILES: Readonly<Record<string, string>> = {
  'package-lock.json': 'written by npm',
  'docs/protocol/SPEC.md': 'one page on purpose: whoever writes a client reads it from top to bottom',
  'tests/support/python/tickwire_reader.py':
    'one file on purpose: it is handed on as it is, and imports nothing of ours',
};

/** Names that somebody else decided. */
const NAMED_BY_OTHERS =
  /^(?:README|ARCHITECTURE|CHANGELOG|CONTRIBUTING|LICENSE|NOTICE|SPEC|TAPE|DEVELOPERS)(?:\.md|\.txt)?$|^\+[a-z]+(?:\.server)?\.(?:svelte|ts)$|^\.[\w.-]+$/;
const KEBAB = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;
const PASCAL_COMPONENT = /^[A-Z][A-Za-z0-9]*\.svelte$/;
const VAGUE = /^(?:utils?|helpers?|common|misc|stuff)(?:\.|$)/;

const BINARY = /\.(?:png|jpe?g|ico|woff2|gz|zst|bin|parquet|dbn|webp|tick|tape)$/;

const files = repoFiles();
const texts = files.filter((path) => !BINARY.test(path));
const ours = texts.filter(
  (path) =>
    path !== 'package-lock.json' &&
    !path.startsWith('tests/fixtures/') &&
    !path.startsWith('examples/recordings/'),
);
/** Without this file, which would find its own patterns. */
const searched = ours.filter((path) => path !== 'tests/architecture/tidy.test.ts');
const code = searched.filter((path) => /\.(?:ts|svelte|mjs|js|py|css)$/.test(path));
const tests = code.filter((path) => path.startsWith('tests/'));

/** `path:line: text` of every line of these files that a pattern matches. */
function linesWith(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    readRepoFile(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

const lineCount = (path: string): number => readRepoFile(path).trimEnd().split('\n').length;

describe('files', () => {
  it(`are at most ${LINES_MAX} lines long (tests ${TEST_LINES_MAX}), unless there is a reason`, () => {
    const checked = texts.filter(
      (path) => /\.(?:ts|svelte|mjs|js|py|css|md)$/.test(path) && !Object.hasOwn(LONG_FILES, path),
    );
    const long = checked
      .map((path) => ({ path, lines: lineCount(path) }))
      .filter(({ path, lines }) => lines > (path.startsWith('tests/') ? TEST_LINES_MAX : LINES_MAX));
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('that may be longer still are', () => {
    expect(
      Object.keys(LONG_FILES).filter((path) => !files.includes(path) || lineCount(path) <= LINES_MAX),
    ).toEqual([]);
  });

  it('have names in kebab-case, components in PascalCase', () => {
    const checked = files.filter((path) => !/^(?:static|tests\/fixtures|examples\/recordings)\//.test(path));
    const wrong = checked.filter((path) => {
      const name = basename(path);
      if (NAMED_BY_OTHERS.test(name) || PASCAL_COMPONENT.test(name)) return false;
      // Python's modules cannot have hyphens.
      return name.endsWith('.py') ? !/^[a-z0-9_]+\.py$/.test(name) : !KEBAB.test(name);
    });
    expect(wrong).toEqual([]);
  });

  it('have names that say what they hold', () => {
    expect(files.filter((path) => path.split('/').some((part) => VAGUE.test(part)))).toEqual([]);
  });

  it('name no path of a machine', () => {
    const machine = /(?<![\w.$}/-])\/(?:home|work|root|Users)\//;
    expect(linesWith(searched, machine)).toEqual([]);
  });

  it('end with a line break and have no blanks at the end of a line', () => {
    expect(code.filter((path) => !readRepoFile(path).endsWith('\n'))).toEqual([]);
    expect(linesWith(code, /[ \t]+$/)).toEqual([]);
  });
});

describe('code', () => {
  it('holds no promise to finish it later', () => {
    expect(linesWith(searched, /\b(?:TODO|FIXME|XXX)\b/)).toEqual([]);
  });

  it('silences no checker', () => {
    const silencers = /@ts-(?:ignore|nocheck)|(?:eslint|oxlint)-disable/;
    // A reason after two hyphens, as the tools allow, makes an exception readable.
    const found = linesWith(code, silencers).filter((line) => !/ -- \S/.test(line));
    expect(found).toEqual([]);
  });

  it('reads the machine’s clock in one place of the server', () => {
    const readers = linesWith(
      code.filter((path) => /^server\/.*\.ts$/.test(path) && path !== 'server/clock.ts'),
      /\bDate\.now\(|\bnew Date\(\)/,
    );
    expect(readers).toEqual([]);
  });
});

describe('tests', () => {
  it('run all: none is alone, none is left out without a reason', () => {
    expect(linesWith(tests, /\b(?:it|test|describe|suite)\.only\b/)).toEqual([]);
    // `skipIf` names its reason; a bare `skip` does not.
    expect(linesWith(tests, /\b(?:it|test|describe|suite)\.(?:skip|todo)\b/)).toEqual([]);
  });

  it('have titles, each once in its file', () => {
    const twice = tests
      .filter((path) => path.startsWith('tests/'))
      .flatMap((path) => {
        const blocks = readRepoFile(path).split(/^describe/m);
        return blocks.flatMap((block) => {
          const titles = [...block.matchAll(/^\s*(?:it|test)\((['"`])(.*?)\1,/gm)].map((match) => match[2]!);
          return titles
            .filter((title, index) => titles.indexOf(title) !== index)
            .map((title) => `${path}: ${title}`);
        });
      });
    expect(twice).toEqual([]);
  });
});

describe('dependencies', () => {
  const manifest = JSON.parse(readRepoFile('package.json')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const page = readRepoFile('docs/decisions/dependencies.md');
  const listed = [...page.matchAll(/^\| `([^`]+)`\s*\|/gm)].map((match) => match[1]!);
  const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];

  it('have a line with their reason in docs/decisions/dependencies.md, and no line is left over', () => {
    expect([...listed].sort()).toEqual([...declared].sort());
  });

  it('at run time stand in the table for run time', () => {
    const atRunTime = page.split('## For building')[0]!;
    const names = [...atRunTime.matchAll(/^\| `([^`]+)`\s*\|/gm)].map((match) => match[1]!);
    expect(names.sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  it('are used somewhere', () => {
    const all = [
      ...code,
      'package.json',
      'svelte.config.js',
      'vite.config.ts',
      'vite.lean.ts',
      'vite.lean-kit.ts',
      'vite.lean-svelte.ts',
      'vite.leaner.ts',
      'vitest.config.ts',
      '.prettierrc.json',
      'tsconfig.json',
      'tsconfig.base.json',
      'tsconfig.server.json',
    ]
      .map((path) =>
        path === 'package.json'
          ? JSON.stringify((JSON.parse(readRepoFile(path)) as { scripts: unknown }).scripts)
          : readRepoFile(path),
      )
      .join('\n');
    // Types come with the package that they describe.
    const unused = declared.filter((name) => !name.startsWith('@types/') && !all.includes(name));
    expect(unused).toEqual([]);
  });
});
