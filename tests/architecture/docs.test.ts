import { dirname, join, normalize } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { CLOSE_CODES, ERROR_CODES, LIMITS } from '#protocol';
import { CONFIG_KEYS } from '../../server/config.ts';
import { readRepoFile, repoFileExists, repoFiles } from '../support/repo-files.ts';
import { UNTESTED_RULES } from './untested-rules.ts';

const SPEC = 'docs/protocol/SPEC.md';
const CONFIGURATION = 'docs/operations/configuration.md';

const files = repoFiles();
const pages = files.filter(
  (path) => /^(?:README|ARCHITECTURE|CONTRIBUTING)\.md$/.test(path) || /^docs\/.*\.md$/.test(path),
);
const spec = readRepoFile(SPEC);
const TAPE = 'docs/protocol/TAPE.md';
const sources = files.filter((path) => /^(?:server|src|tests)\/.*\.(?:ts|mjs|js|svelte)$/.test(path));
const sourceText = sources
  .filter((path) => !path.startsWith('tests/architecture/'))
  .map(readRepoFile)
  .join('\n');

/** The rows of the first table after a mark, as trimmed cells without their backticks. */
function tableAfter(page: string, mark: string): string[][] {
  const [, ...after] = page.split(mark);
  const lines = after.join(mark).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const rows: string[][] = [];
  for (const line of lines.slice(first)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  }
  return rows.slice(2);
}

/** All matches of a pattern's first group in the pages, as `page: match`, with only those kept that are wrong. */
function wrongIn(
  which: readonly string[],
  pattern: RegExp,
  isRight: (found: string, page: string) => boolean,
): string[] {
  return which.flatMap((page) =>
    [...readRepoFile(page).matchAll(pattern)]
      .map((match) => match[1]!)
      .filter((found) => !isRight(found, page))
      .map((found) => `${page}: ${found}`),
  );
}

const isSecurityLine = (rule: string): boolean => /^SEC(?:[1-9]|1\d|2[0-4])$/.test(rule);

const pathExists = (path: string): boolean => /[*<{]/.test(path) || repoFileExists(path.replace(/:\d+$/, ''));

const anchors = (page: string): Set<string> =>
  new Set(
    [...readRepoFile(page).matchAll(/^#+ (.+)$/gm)].map((match) =>
      match[1]!
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );

const leads = (link: string, page: string): boolean => {
  if (/^[a-z]+:/.test(link)) return true;
  const [path, anchor] = link.split('#') as [string, string | undefined];
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!repoFileExists(target)) return false;
  return anchor === undefined || !target.endsWith('.md') || anchors(target).has(anchor);
};

describe('the tables of docs/protocol/SPEC.md equal the code', () => {
  it.each([
    ['error', ERROR_CODES],
    ['close', CLOSE_CODES],
  ])('%s codes', (name, codes) => {
    const expected = Object.entries(codes).map(([key, { code, sentence, actor }]) => [
      String(code),
      key,
      sentence,
      actor,
    ]);
    expect(tableAfter(spec, `<!-- codes: ${name} -->`)).toEqual(expected);
  });

  it('limits', () => {
    const rows = tableAfter(spec, '**[LI5]**');
    expect(rows.map(([name, value]) => [name, Number(value)])).toEqual(Object.entries(LIMITS));
    for (const row of rows) expect(row.every((cell) => cell !== '')).toBe(true);
  });

  it('codes that its rules name', () => {
    const known = new Set(
      [...Object.values(ERROR_CODES), ...Object.values(CLOSE_CODES)].map(({ code }) => String(code)),
    );
    // Ends of the ranges that carry the policy.
    for (const bound of ['4399', '4499', '4500']) known.add(bound);
    const prose = spec.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/^\|.*$/gm, '');
    const named = [...prose.matchAll(/\berror (\d{3})\b/g), ...prose.matchAll(/\b(4\d{3})\b/g)];
    expect(named.length).toBeGreaterThan(20);
    expect(named.map((match) => match[1]!).filter((code) => !known.has(code))).toEqual([]);
  });

  it('limits that its rules name', () => {
    const named = [
      ...spec.matchAll(/`(\w+(?:Max|Min|Ms|Hard|Default|Burst|PerSecond|PerInstrument|RingSize))`/g),
    ];
    const fields = new Set([
      'retryAfterMs',
      'lagMs',
      'receivedPerSecond',
      'eventsPerSecond',
      'maxBitsPerSecond',
    ]);
    const unknown = named
      .map((match) => match[1]!)
      .filter((name) => !Object.hasOwn(LIMITS, name) && !fields.has(name));
    expect(unknown).toEqual([]);
  });
});

describe('the rules of docs/protocol', () => {
  const rules = [...`${spec}\n${readRepoFile(TAPE)}`.matchAll(/\*\*\[([A-Z]{2}\d+)\]\*\*/g)].map(
    (match) => match[1]!,
  );
  const tested = new Map<string, string>();
  for (const path of files.filter((file) => /^tests\/.*\.test\.ts$/.test(file))) {
    for (const match of readRepoFile(path).matchAll(/\[([A-Z]{2,3}\d+)\]/g)) tested.set(match[1]!, path);
  }

  it('are numbered from 1 within their group, each once', () => {
    const groups = Object.groupBy(rules, (rule) => rule.slice(0, 2));
    for (const [group, members] of Object.entries(groups)) {
      expect(members).toEqual(members!.map((_, index) => `${group}${index + 1}`));
    }
  });

  it('refer to rules that exist', () => {
    expect(wrongIn([SPEC, TAPE], /\[([A-Z]{2}\d+)\]/g, (rule) => rules.includes(rule))).toEqual([]);
  });

  it('exist where a test names one', () => {
    const unknown = [...tested].filter(([rule]) => !rules.includes(rule) && !isSecurityLine(rule));
    expect(unknown.map(([rule, path]) => `${path}: [${rule}]`)).toEqual([]);
  });

  it('have a test that names them, or a reason why not', () => {
    expect(rules.filter((rule) => !tested.has(rule) && !Object.hasOwn(UNTESTED_RULES, rule))).toEqual([]);
  });

  it('are taken from the list of untested ones once a test names them', () => {
    expect(Object.keys(UNTESTED_RULES).filter((rule) => tested.has(rule) || !rules.includes(rule))).toEqual(
      [],
    );
  });
});

describe('docs/operations/configuration.md', () => {
  it('has one row a key, equal to the definitions', () => {
    const expected = CONFIG_KEYS.map(({ key, flag, env, unit, default: fallback, range, help }) =>
      [key, `--${flag}`, env, unit, fallback, range, help].map((cell) => cell.replaceAll('|', 'or')),
    );
    expect(tableAfter(readRepoFile(CONFIGURATION), '# Configuration')).toEqual(expected);
  });
});

describe('docs/adapters/tutorial.md', () => {
  it('is 60 lines at most, none of them longer than a paragraph', () => {
    const lines = readRepoFile('docs/adapters/tutorial.md').trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(lines.filter((line) => line.length > 800)).toEqual([]);
  });
});

describe('what the pages name', () => {
  it('of files and folders exists', () => {
    const shaped = /`((?:src|server|tests|docs|examples|static)\/[^`\s]*)`/g;
    expect(wrongIn(pages, shaped, pathExists)).toEqual([]);
  });

  it('of files in commands exists', () => {
    const shaped = /(?<=[\s"])((?:src|server|tests|docs|examples)\/[\w./-]+\.\w+)(?=\s|$)/gm;
    expect(wrongIn(pages, shaped, repoFileExists)).toEqual([]);
  });

  it('of links leads somewhere', () => {
    expect(wrongIn(pages, /\]\(([^)\s]+)\)/g, leads)).toEqual([]);
  });

  it('of npm scripts exists', () => {
    const { scripts } = JSON.parse(readRepoFile('package.json')) as { scripts: Record<string, string> };
    const exists = (name: string): boolean => Object.hasOwn(scripts, name);
    expect(wrongIn(pages, /\bnpm run (?:--silent )?([a-z][\w:-]*)/g, exists)).toEqual([]);
    const builtIn = new Set(['ci', 'install', 'run', 'pack']);
    expect(
      wrongIn(
        pages,
        /`npm (?!run)([a-z]+)|^npm (?!run)([a-z]+)/gm,
        (name) => name === undefined || builtIn.has(name) || exists(name),
      ),
    ).toEqual([]);
  });

  it('of flags is one of ours, or of a tool that is named', () => {
    const foreign = new Set([
      '--silent',
      '--project',
      '--no-install-recommends',
      '--max-semi-space-size',
      '--',
    ]);
    const isFlag = (flag: string): boolean =>
      foreign.has(flag) ||
      CONFIG_KEYS.some((key) => `--${key.flag}` === flag) ||
      sourceText.includes(`${flag} `) ||
      sourceText.includes(`${flag}'`);
    expect(wrongIn(pages, /(?<=[\s`(])(--[a-z][a-z-]*)/g, isFlag)).toEqual([]);
  });

  it('of environment variables is read somewhere', () => {
    expect(wrongIn(pages, /\b(TICKWIRE_[A-Z_]+)\b/g, (name) => sourceText.includes(name))).toEqual([]);
  });

  it('of API paths is served', () => {
    const routes = files
      .filter((path) => path.startsWith('server/routes/'))
      .map(readRepoFile)
      .join('\n');
    expect(
      wrongIn(
        pages,
        /`(\/(?:api|ws)[\w/-]*)`/g,
        (path) => routes.includes(`'${path}'`) || sourceText.includes(`= '${path}'`),
      ),
    ).toEqual([]);
  });

  it('of counters is counted', () => {
    expect(wrongIn(pages, /`([a-z]+(?:_[a-z]+)+)`/g, (name) => sourceText.includes(name))).toEqual([]);
  });
});
