import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AGGRESSOR_NAMES, stepsToText } from '#protocol';
import { inspectFile, inspectionText } from '../../server/commands/inspect.ts';
import { openRecording } from '../../server/formats/open-recording.ts';

const url = new URL('../../examples/recordings/binance-2024-07-to-08.tardis.csv.gz', import.meta.url);
const path = fileURLToPath(url);

describe('the recording that ships with the repository', () => {
  it('inspects as it always has', async () => {
    const inspection = await inspectFile(path);
    await expect(`${JSON.stringify(inspection, null, 2)}\n`).toMatchFileSnapshot(
      './formats-sample.inspection.json',
    );
    await expect(`${inspectionText(inspection)}\n`).toMatchFileSnapshot('./formats-sample.inspection.txt');
  });

  it('plays what its lines say, each number as it stands there', async () => {
    const { recording } = await openRecording([path]);
    const lines: string[] = [];
    recording.play(0, recording.events, (event) => {
      if (event.type !== 'trade') return;
      const { venue, symbol, tick, lot } = recording.instruments[event.instrument]!;
      const price = shortest(stepsToText(event.price, tick));
      const size = shortest(stepsToText(event.size, lot));
      const side = AGGRESSOR_NAMES[event.aggressor];
      lines.push(
        [venue, symbol, event.venueTimeUs, event.receiveTimeUs, event.tradeId, side, price, size].join(','),
      );
    });
    const expected = gunzipSync(readFileSync(url)).toString().trimEnd().split('\n').slice(1);
    expect(lines).toEqual(
      expected.map((line) => {
        const cells = line.split(',');
        return [...cells.slice(0, 6), shortest(cells[6]!), shortest(cells[7]!)].join(',');
      }),
    );
  });

  it('is the file that the notice beside it speaks of', () => {
    const bytes = readFileSync(url);
    expect(bytes.length).toBeLessThan(300_000);
    expect(createHash('sha256').update(gunzipSync(bytes)).digest('hex')).toMatchInlineSnapshot(
      `"177d7d6c187d0edc18370d692012d3e18b0742605068c7ef3a4c39b7cfd79ce6"`,
    );
    const notice = readFileSync(new URL('./NOTICE.md', url), 'utf8');
    expect(notice).toContain(path.split('/').at(-1));
    expect(notice).toContain('Permission is hereby granted');
  });
});

/** Without the zeros at the end that carry nothing. */
function shortest(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
