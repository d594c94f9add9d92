import { createHash } from 'node:crypto';
import type { Rolldown } from 'vite';

/** What is done to one file of a library: by what its path ends with. */
export interface Leaner {
  readonly file: string;
  /** Digest of the file that was read when this was written, where more is left out than names alone can tell. */
  readonly read?: string;
  /** What must not be in it, where it is written from our own sources: what asks for what is left out. */
  readonly lacks?: RegExp;
  /** Functions, and members as `Class.member` or `object.method`, that are never used. A member of a class goes with its name. */
  readonly idle?: readonly string[];
  /** What some do here instead: less, and for what is used of them the same. */
  readonly bodies?: Readonly<Record<string, string>>;
  /** Classes that nothing here makes, which are kept for what their static fields read. */
  readonly unmade?: readonly string[];
  /** Text for text, once each. */
  readonly texts?: readonly (readonly [from: string, to: string])[];
  /** From one text, which is there once, until another: nothing, or what stands here instead. */
  readonly spans?: readonly (readonly [from: string, until: string, to?: string])[];
  /** What is always the same here, wherever it stands. */
  readonly known?: readonly (readonly [expression: string, value: string])[];
}

type Parse = (text: string) => ReturnType<Rolldown.PluginContext['parse']>;
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Members of one class, or of one object. */
export function members(of: string, ...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(' ').map((name) => `${of}.${name}`));
}

export const digestOf = (code: string): string =>
  createHash('sha256').update(code).digest('hex').slice(0, 12);

function edited(code: string, leaner: Leaner): string {
  const { read, lacks, texts = [], spans = [], known = [] } = leaner;
  if (read !== undefined && read !== digestOf(code)) {
    throw new Error(
      `is not what was read when parts of it were left out: read it again (it is ${digestOf(code)} now)`,
    );
  }
  const asked = lacks?.exec(code);
  if (asked) throw new Error(`asks for what is left out: ${asked[0]}`);
  let text = code;
  const once = (from: string): void => {
    if (text.split(from).length !== 2) throw new Error(`has not once “${from}”`);
  };
  for (const [from, to] of texts) {
    once(from);
    text = text.replace(from, () => to);
  }
  for (const [from, until, to = ''] of spans) {
    once(from);
    const start = text.indexOf(from);
    const end = text.indexOf(until, start + from.length);
    if (end < 0) throw new Error(`has no “${until}” after “${from}”`);
    text = `${text.slice(0, start)}${to}${text.slice(end)}`;
  }
  for (const [expression, value] of known) {
    if (!text.includes(expression)) throw new Error(`has no “${expression}”`);
    text = text.replaceAll(expression, value);
  }
  return text;
}

/** The file without what is left out of it. What is called all the same throws; what is named and not there is an error. */
export function lean(code: string, leaner: Leaner, parse: Parse): string {
  let text = edited(code, leaner);
  const wanted = new Map(Object.entries(leaner.bodies ?? {}));
  for (const name of leaner.idle ?? []) wanted.set(name, `{ throw new Error('left out: ${name}') }`);
  const edits: Edit[] = [];
  type Span = Pick<Edit, 'start' | 'end'>;
  const take = (name: string, body: Span | null | undefined, whole?: Span): void => {
    const instead = wanted.get(name);
    if (!body || instead === undefined) return;
    wanted.delete(name);
    const isGone = whole !== undefined && leaner.idle?.includes(name) === true;
    const { start, end } = isGone ? whole : body;
    edits.push({ start, end, text: isGone ? '' : instead });
  };
  for (const statement of parse(text).body) {
    const part = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (part?.type === 'FunctionDeclaration') take(part.id?.name ?? '', part.body);
    if (part?.type === 'VariableDeclaration') {
      for (const { id: named, init } of part.declarations) {
        if (named.type !== 'Identifier' || init?.type !== 'ObjectExpression') continue;
        for (const member of init.properties) {
          if (member.type !== 'Property' || member.key.type !== 'Identifier') continue;
          if (member.value.type !== 'FunctionExpression') continue;
          take(`${named.name}.${member.key.name}`, member.value.body);
        }
      }
    }
    if (part?.type !== 'ClassDeclaration') continue;
    const { start, end, id: named } = part;
    if (leaner.unmade?.includes(named?.name ?? '')) {
      edits.push({ start, end: start, text: `const ${named!.name} = /* @__PURE__ */ (() => ` });
      edits.push({ start: end, end, text: ')();' });
    }
    for (const member of part.body.body) {
      if (member.type !== 'MethodDefinition' && member.type !== 'PropertyDefinition') continue;
      const { key } = member;
      if (key.type !== 'Identifier' && key.type !== 'PrivateIdentifier') continue;
      const name = `${named?.name}.${key.type === 'PrivateIdentifier' ? '#' : ''}${key.name}`;
      if (member.type === 'PropertyDefinition') {
        take(name, member, member);
        continue;
      }
      const { body } = member.value as { body?: Span | null };
      // Without a getter what asks would be told of nothing, where it has to fail.
      take(name, body, 'kind' in member && member.kind === 'method' ? member : undefined);
    }
  }
  if (wanted.size > 0) throw new Error(`has no ${[...wanted.keys()].join(', ')}`);
  for (const edit of edits.sort((left, right) => right.start - left.start)) {
    text = `${text.slice(0, edit.start)}${edit.text}${text.slice(edit.end)}`;
  }
  return text;
}
