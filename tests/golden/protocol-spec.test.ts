import { describe, expect, it } from 'vitest';
import {
  BinaryNumbers,
  dataFrameToJson,
  decodeClientFrame,
  decodeServerFrame,
  encodeClientMessage,
  encodeServerMessage,
  writeArrayHeader,
  writeNumber,
  type ClientMessage,
} from '#protocol';
import { checkClientMessage } from '../../server/sessions/message-schema.ts';
import { PYTHON_READER, pythonWith, runPython, runsPython } from '../support/python-with.ts';
import { readRepoFile } from '../support/repo-files.ts';
import { ExampleReader, specExamples, type SpecExample } from '../support/spec-examples.ts';

const examples = specExamples();
const python = pythonWith('msgpack', 'websockets');
const withPython = it.skipIf(!runsPython(python));

/** The same frame, written anew by our encoder from what our decoder made of it. */
function rewritten({ from, bytes }: SpecExample): Uint8Array {
  if (from === 'client') {
    return encodeClientMessage(decodeClientFrame(bytes) as ClientMessage, 'binary') as Uint8Array;
  }
  const decoded = decodeServerFrame(bytes);
  if ('message' in decoded) return encodeServerMessage(decoded.message, 'binary') as Uint8Array;
  const source = new BinaryNumbers(bytes);
  const out = new Uint8Array(bytes.length + 16);
  let at = writeArrayHeader(out, 0, source.left);
  while (source.left > 0) at = writeNumber(out, at, source.next());
  return out.slice(0, at);
}

describe('the examples of docs/protocol/SPEC.md', () => {
  it('are as many as the page has hex blocks', () => {
    const blocks = readRepoFile('docs/protocol/SPEC.md').match(/^```hex /gm)?.length;
    expect(examples.length).toBe(blocks);
    expect(examples.length).toBeGreaterThan(30);
    expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length);
  });

  it('[NU1] [NU2] [NU3] [DL1] [TR1] [BA1] [BO1] [DI7] mean to our decoder what the page says', () => {
    const reader = new ExampleReader();
    for (const { name, from, bytes, expected } of examples) {
      expect({ name, value: reader.read(from, bytes) }).toEqual({ name, value: expected });
    }
  });

  withPython('[CN4] mean the same to a decoder in Python that shares no code with ours', async () => {
    expect(
      python,
      'no Python with msgpack and websockets: apt-get install python3-msgpack python3-websockets',
    ).not.toBeNull();
    const frames = examples.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
    const { code, stdout, stderr } = await runPython(python!, [PYTHON_READER, '--decode', ...frames]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const values = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    for (const [index, { name, expected }] of examples.entries()) {
      expect({ name, value: values[index] }).toEqual({ name, value: expected });
    }
  });

  it.each(examples)('$name is written by our encoder byte for byte', (example) => {
    expect(Buffer.from(rewritten(example)).toString('hex')).toBe(Buffer.from(example.bytes).toString('hex'));
  });

  it.each(examples.filter(({ from }) => from === 'client'))(
    '$name passes the check that the server makes of client messages',
    ({ bytes }) => {
      expect(checkClientMessage(decodeClientFrame(bytes))).toMatchObject({ ok: true });
    },
  );

  it('[JS1] [JS2] have the JSON form that the page shows', () => {
    const page = readRepoFile('docs/protocol/SPEC.md');
    const shown = /The frame `delta-last`[\s\S]*?```json\n([\s\S]*?)```/.exec(page)?.[1];
    const bytes = examples.find(({ name }) => name === 'delta-last')!.bytes;
    expect(JSON.parse(dataFrameToJson(bytes))).toEqual(JSON.parse(shown!));
  });

  it('[JS1] decode alike from the JSON variant', () => {
    const reader = new ExampleReader();
    for (const { name, from, bytes, expected } of examples) {
      expect({ name, value: reader.read(from, asJson(from, bytes)) }).toEqual({ name, value: expected });
    }
  });
});

function asJson(from: 'client' | 'server', bytes: Uint8Array): string {
  if (from === 'client') return JSON.stringify(decodeClientFrame(bytes));
  const decoded = decodeServerFrame(bytes);
  return 'message' in decoded
    ? (encodeServerMessage(decoded.message, 'json') as string)
    : dataFrameToJson(bytes);
}
