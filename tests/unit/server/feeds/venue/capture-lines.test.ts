import { describe, expect, it } from 'vitest';
import { arrayFrames, CaptureLines, captureText } from '../../../../../server/feeds/venue/capture-lines.ts';

const read = (...lines: string[]) => {
  const reader = new CaptureLines();
  return lines.map((line) => reader.read(line));
};

describe('the lines of a capture', () => {
  it('are envelopes with a direction, a connection and seconds as text', () => {
    const [line] = read('{"conn": 3, "dir": "in", "t": "1618677817.020616", "raw": "{\\"a\\":1e-8}"}');
    expect(line).toEqual({ kind: 'in', conn: '3', timeUs: 1_618_677_817_020_616, raw: '{"a":1e-8}' });
  });

  it('are what was opened and sent as well', () => {
    expect(
      read(
        '{"conn":0,"dir":"open","t":"1618677816.8","url":"wss://x"}',
        '{"conn":0,"dir":"out","t":"1618677817","raw":"hi"}',
      ),
    ).toEqual([
      { kind: 'open', conn: '0', timeUs: 1_618_677_816_800_000, url: 'wss://x' },
      { kind: 'out', conn: '0', timeUs: 1_618_677_817_000_000, raw: 'hi' },
    ]);
  });

  it('count a clock that knows no date from the instant that the head names', () => {
    const [meta, first, second] = read(
      '{"meta": {"captured_at": "2026-08-18T20:43:52.818766+00:00"}}',
      '{"conn":0,"dir":"out","mono_ns":"23835133694100","raw":"a"}',
      '{"conn":0,"dir":"in","mono_ns":"23835133737300","raw":"b"}',
    );
    expect(meta).toBeNull();
    expect(first).toMatchObject({ timeUs: 1_787_085_832_818_766 });
    expect(second).toMatchObject({ timeUs: 1_787_085_832_818_809 });
  });

  it.each([
    ['nanoseconds', '1723161253937085768 {"e":1}', 1_723_161_253_937_085],
    ['microseconds', '1723161253937085 {"e":1}', 1_723_161_253_937_085],
    ['seconds', '1723161253.5 [1]', 1_723_161_253_500_000],
  ])('may begin with a stamp in %s', (_, line, timeUs) => {
    expect(read(line)[0]).toMatchObject({ kind: 'in', timeUs });
  });

  it('may be bare frames, also ones that are no JSON', () => {
    const [frame, broken] = read('{"type":"snapshot","t":5}', 'not json');
    expect(frame).toMatchObject({ kind: 'in', timeUs: Number.NaN, raw: '{"type":"snapshot","t":5}' });
    expect(broken).toMatchObject({ kind: 'in', raw: 'not json' });
  });

  it('may be answers of REST', () => {
    expect(read('{"url": "https://api.x/a?b=1", "t": "1633998512.32", "raw": "[]"}')[0]).toEqual({
      kind: 'rest',
      url: 'https://api.x/a?b=1',
      timeUs: 1_633_998_512_320_000,
      body: '[]',
    });
  });

  it('come back as they were written, binary frames too', () => {
    const lines = [
      { kind: 'open', conn: '1', timeUs: 1_700_000_000_000_001, url: 'wss://x' },
      { kind: 'out', conn: '1', timeUs: 1_700_000_000_000_002, raw: '{"a":"\u00e9"}' },
      { kind: 'in', conn: '1', timeUs: 1_700_000_000_000_003, raw: new Uint8Array([0, 255, 10]) },
      { kind: 'rest', url: 'https://x/', timeUs: 1_700_000_000_000_004, body: '{}' },
      { kind: 'close', conn: '1', timeUs: 1_700_000_000_000_005, url: 'closed with 1006' },
    ] as const;
    expect(read(...lines.map(captureText))).toEqual(lines);
  });
});

describe('an array of frames', () => {
  it('keeps the digits of its elements', () => {
    expect(arrayFrames('[ {"p":1.50}, [2e-8,"a,]"],\n "{\\"q\\":1}" ]')).toEqual([
      '{"p":1.50}',
      '[2e-8,"a,]"]',
      '{"q":1}',
    ]);
  });

  it('is not one that is a frame itself', () => {
    expect(arrayFrames('[225206,[279380,1,0.0089],19]')).toBeNull();
    expect(arrayFrames('{"a":[1]}')).toBeNull();
  });
});
