import { InvalidArgumentError, type Command } from 'commander';
import { systemClock } from '../clock.ts';
import { openConfigFile } from '../config-file.ts';
import { CONFIG_KEYS, loadConfig } from '../config.ts';
import { parseDuration } from '../tape/rolling/retention.ts';
import { addConfigFlags, configFlags, list } from './config-flags.ts';

/** What says which feeds there are. */
const FEED_FLAGS = ['feed', 'symbols', 'seed', 'sim-symbols', 'sim-rate'];

interface RecordFlags extends Record<string, unknown> {
  out: string;
  select: string[];
  for?: number;
  at?: string;
  config?: string;
}

/** Recording without a server. What the command needs is loaded when it runs. */
export function addRecordCommands(root: Command): void {
  const keys = CONFIG_KEYS.filter(({ flag }) => FEED_FLAGS.includes(flag)).map(({ key }) => key);
  addConfigFlags(
    root
      .command('record')
      .description('Record the live market into one tape, without a page, until the time is over or Ctrl+C.')
      .requiredOption('--out <file>', 'The new tape.')
      .option(
        '--select <selectors>',
        "What to record, separated by commas: 'BTC-*', 'venue:coinbase', '!ETH-USD'.",
        list,
        ['*'],
      )
      .option('--for <duration>', 'How long: 90s, 30m, 1h, 2d.', duration)
      .option('--at <time>', "When to begin, on this machine's clock: 14:25.", timeOfDay),
    keys,
  ).action(record);
}

async function record(options: RecordFlags): Promise<void> {
  const [{ recordLive, recordedText }, { liveFeeds }] = await Promise.all([
    import('../commands/record.ts'),
    import('../main.ts'),
  ]);
  const config = loadConfig(configFlags(options), process.env, await openConfigFile(options.config));
  const stop = new AbortController();
  const onSignal = (): void => (stop.signal.aborted ? process.exit(1) : stop.abort());
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const { stderr } = process;
  const request = {
    out: options.out,
    selectors: options.select,
    forMs: options.for ?? null,
    at: options.at ?? null,
  };
  try {
    const recorded = await recordLive(request, {
      clock: systemClock,
      feeds: () => liveFeeds(config),
      signal: stop.signal,
      onLine: (line) => void stderr.write(`${line}\n`),
      // Over the line before, which only a terminal can.
      onProgress: (text) => void (stderr.isTTY && stderr.write(`\r${text}\u001b[K`)),
    });
    if (stderr.isTTY) stderr.write('\r\u001b[K');
    stderr.write(`${recordedText(recorded)}\n`);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('A duration is a number and s, m, h or d: 90s, 1.5h.');
  return ms;
}

function timeOfDay(text: string): string {
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text))
    throw new InvalidArgumentError('A time of day has four digits: 09:05, 14:25.');
  return text;
}
