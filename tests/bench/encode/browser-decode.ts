import { invariant } from '#protocol';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { packagePath } from '../../../server/package-root.ts';
import { chromiumPath, launchBrowser } from '../../e2e/support/browser.ts';
import type { RoundLength } from '../rounds.ts';
import type { BrowserTask } from './browser-worker.ts';
import type { Samples } from './measure.ts';

const ENTRY = fileURLToPath(new URL('browser-worker.ts', import.meta.url));

/** A browser has no clock of CPU time, and what other processes take meanwhile counts. It is in few of many short slices, though. */
const SLICE_MS = 10;

/** As many slices as make up these rounds. */
export const slicesOf = ({ rounds, roundMs }: RoundLength): RoundLength => ({
  rounds: Math.ceil((rounds * roundMs) / SLICE_MS),
  roundMs: SLICE_MS,
});

function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 2]!;
}

/** An expression for the page: starts the worker from its text, hands it the task and waits for the answer. */
const inPage = (code: string, task: BrowserTask): string => `new Promise((resolve, reject) => {
  const blob = new Blob([${JSON.stringify(code)}], { type: 'text/javascript' });
  const worker = new Worker(URL.createObjectURL(blob));
  worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(${JSON.stringify(task)});
})`;

/** The worker as one script, made with the target and the minifier that the dashboard is made with. */
async function bundle(): Promise<string> {
  const built = await build({
    root: packagePath('.'),
    configFile: false,
    // Not the page's own, which SvelteKit writes and a fresh clone does not have.
    tsconfig: 'tsconfig.server.json',
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: ENTRY, formats: ['iife'], name: 'benchWorker', fileName: 'browser-worker' },
      minify: true,
    },
  });
  const [output] = [built].flat();
  invariant(output !== undefined && 'output' in output, 'a build that does not watch has an output');
  return output.output[0].code;
}

/**
 * Measures each task in a worker of its own in a real Chromium. Returns ns an update by contender, the lower quartile of the slices;
 * null when this machine has no Chromium.
 */
export async function measureInBrowser(
  tasks: readonly BrowserTask[],
): Promise<{ version: string; times: Map<string, number>[] } | null> {
  if (chromiumPath() === undefined) return null;
  const code = await bundle();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const times: Map<string, number>[] = [];
    for (const task of tasks) {
      const samples = await page.evaluate<Samples>(inPage(code, task));
      times.push(new Map(samples.map(([name, values]) => [name, lowerQuartile(values)])));
    }
    return { version: browser.version(), times };
  } finally {
    await browser.close();
  }
}
