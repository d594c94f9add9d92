import { renameSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#protocol';
import { systemClock } from '../clock.ts';
import { convertFiles } from '../commands/convert.ts';
import { SelectorSet } from '../engine/selector.ts';
import { UserError } from '../errors.ts';
import { parseColumnMap } from '../formats/column-map.ts';
import { RecordingError } from '../formats/recording-error.ts';
import { recoverTape } from '../tape/file/recover-tape.ts';
import { isTapeFile } from '../tape/file/tape-file.ts';
import { RollingReader } from '../tape/rolling/rolling-reader.ts';
import { keepRange } from './keep-range.ts';
import type { WorkOrder, WorkWord } from './work.ts';

/** Makes one recording on a thread of its own, so that the market does not wait for it: an import, or a part of the rolling tape. */
const PROGRESS_INTERVAL_US = 250_000;

let toldUs = 0;

function tell(word: WorkWord): void {
  parentPort!.postMessage(word);
}

function tellProgress(done: number, rows: number): void {
  const nowUs = systemClock.nowUs();
  if (nowUs - toldUs < PROGRESS_INTERVAL_US) return;
  toldUs = nowUs;
  tell({ type: 'progress', done, rows });
}

async function importFiles(order: WorkOrder & { kind: 'import' }): Promise<void> {
  const { files, to, strict, map: mapText } = order;
  if (files.length === 1 && isTapeFile(files[0]!)) {
    const notice = recoverTape(files[0]!, systemClock);
    renameSync(files[0]!, to);
    return tell({
      type: 'done',
      report: null,
      notice: notice === null ? '' : 'Its end was torn, and was cut.',
    });
  }
  const parsed = mapText === null ? null : parseColumnMap(mapText);
  if (parsed?.ok === false) throw new UserError(parsed.message);
  const { report, refused } = await convertFiles(files, to, {
    strict,
    ...(parsed === null ? {} : { map: parsed.map }),
    onProgress: ({ path, bytesRead, bytesTotal, rows }) => {
      const file = Math.max(0, files.indexOf(path));
      tellProgress((file + bytesRead / Math.max(1, bytesTotal)) / files.length, rows);
    },
  });
  const notice =
    refused === 0 ? '' : `${refused} events have values that no tape can hold and were left out.`;
  tell({ type: 'done', report, notice });
}

function keep({ folder, fromUs, toUs, selectors, to }: WorkOrder & { kind: 'keep' }): void {
  const chosen = SelectorSet.parse(selectors);
  invariant(chosen !== null, 'who gives the order has looked at the selectors');
  const reader = RollingReader.open(folder);
  try {
    const range = { fromUs, toUs, selectors: chosen };
    const events = keepRange(reader, range, to, systemClock, (done) => tellProgress(done, 0));
    if (events === 0) throw new UserError('The tape holds nothing of these instruments in that time.');
    tell({ type: 'done', report: null, notice: '' });
  } finally {
    reader.close();
  }
}

async function work(order: WorkOrder): Promise<void> {
  try {
    if (order.kind === 'keep') keep(order);
    else await importFiles(order);
  } catch (error) {
    if (!(error instanceof UserError || error instanceof RecordingError)) throw error;
    tell({ type: 'failed', message: error.message });
  }
}

await work(workerData as WorkOrder);
