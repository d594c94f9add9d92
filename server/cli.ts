#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { BAR_INTERVALS, isChannel, type Channel } from '#protocol';
import { exportFiles, exportText } from './commands/export.ts';
import { conversionText, convertFiles } from './commands/convert.ts';
import { inspectFile, inspectionText } from './commands/inspect.ts';
import { inspectTapeFile, tapeText } from './commands/inspect-tape.ts';
import { repairFile, repairText } from './commands/repair.ts';
import { runTail } from './commands/tail.ts';
import { CONFIG_FILE, CONFIG_KEYS, loadConfig, type ConfigKey } from './config.ts';
import { UserError } from './errors.ts';
import { parseColumnMap, type ColumnMap } from './formats/column-map.ts';
import { parseExportChannel, type ExportChannel } from './formats/export-options.ts';
import type { OpenOptions } from './formats/open-recording.ts';
import { RecordingError } from './formats/recording-error.ts';
import { drainOnSignal, serve } from './main.ts';
import { VERSION } from './version.ts';

const LIVE_ONLY: readonly ConfigKey[] = ['feed', 'seed', 'simSymbols', 'simRate'];

/** Standard output that is written whole before the process ends, and does not mind a closed pipe. */
function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

function addConfigFlags(command: Command, keys: readonly ConfigKey[]): Command {
  for (const form of CONFIG_KEYS) {
    if (!keys.includes(form.key)) continue;
    const takesMany = form.unit === 'files';
    const flags = takesMany ? `--${form.flag} <file...>` : `--${form.flag} <${valueName(form.key)}>`;
    const help = `${form.help} (${form.unit}; ${form.range}; default ${form.default}; or ${form.env})`;
    command.addOption(new Option(flags, help));
  }
  return command.option('--config <file>', `Settings as JSON (default ${CONFIG_FILE} when it is there).`);
}

const valueName = (key: ConfigKey): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Commander names a value after its flag; the configuration after its key. */
function configFlags(options: Record<string, unknown>): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  for (const { key, flag } of CONFIG_KEYS) {
    const camel = flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    if (options[camel] !== undefined) flags[key] = options[camel];
  }
  return flags;
}

async function runServer(options: Record<string, unknown>, dev: boolean): Promise<void> {
  const config = loadConfig(configFlags(options), process.env, options['config'] as string | undefined);
  drainOnSignal(await serve({ config, dev, write: print }));
}

function number(name: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max)) {
      throw new InvalidArgumentError(`${name} is a number from ${min} to ${max}.`);
    }
    return value;
  };
}

function channels(text: string): Channel[] {
  return text.split(',').map((name) => {
    const channel = name.trim();
    if (isChannel(channel)) return channel;
    throw new InvalidArgumentError(
      `Channels are quote, trade, book and bar:<${BAR_INTERVALS.join('|')}>, separated by commas.`,
    );
  });
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

function columnMap(text: string): ColumnMap {
  const parsed = parseColumnMap(text);
  if (parsed.ok) return parsed.map;
  throw new InvalidArgumentError(parsed.message);
}

function exportChannel(text: string): ExportChannel {
  const channel = parseExportChannel(text);
  if (channel !== null) return channel;
  throw new InvalidArgumentError(
    'A channel is trades, quotes, book, bars, or bars of a length such as bars:1m.',
  );
}

/** How files that others recorded are read. */
function addImportFlags(command: Command): Command {
  return command
    .option(
      '--map <columns>',
      'What the columns of a CSV are: price=px,time=ts:ms,symbol=BTCUSDT (time units s, ms, us, ns, iso, midnight; @ZONE).',
      columnMap,
    )
    .option(
      '--strict',
      'Stop at the first broken row. Without it broken rows are left out, counted and told.',
    );
}

interface ImportFlags {
  map?: ColumnMap;
  strict?: boolean;
}

function openOptions({ map, strict }: ImportFlags): OpenOptions {
  return { strict: strict === true, ...(map === undefined ? {} : { map }) };
}

function program(): Command {
  const all = CONFIG_KEYS.map((form) => form.key);
  const root = new Command('tickwire')
    .description(
      'A live market-data dashboard: serve it, replay recordings, look at the stream from a terminal.',
    )
    .version(VERSION, '-v, --version', 'Print the version.')
    .showSuggestionAfterError(true)
    .showHelpAfterError('(tickwire help lists the commands, --help the flags of one)')
    .exitOverride();

  addConfigFlags(
    root
      .command('serve')
      .description('Serve the dashboard and its stream (what runs when no command is named).'),
    all,
  )
    .addOption(new Option('--dev', 'Serve the page from its sources with hot reload.').hideHelp())
    .action((options: Record<string, unknown>) => runServer(options, options['dev'] === true));

  addConfigFlags(
    root
      .command('replay')
      .description('Play recorded market data on the dashboard.')
      .argument('<files...>', 'Recordings; several are merged by time.'),
    all.filter((key) => key !== 'replay' && !LIVE_ONLY.includes(key)),
  ).action((files: string[], options: Record<string, unknown>) =>
    runServer({ ...options, replay: files }, false),
  );

  root
    .command('tail')
    .description('Print live updates from a running server.')
    .option('--url <url>', 'Address of the server.', 'http://127.0.0.1:8080')
    .option(
      '--symbols <selectors>',
      "What to watch, separated by commas: 'BTC-*', 'venue:coinbase', '!ETH-USD'.",
      list,
      ['*'],
    )
    .option('--channels <channels>', 'quote, trade, book, bar:1m, ... separated by commas.', channels, [
      'quote',
      'trade',
    ] as Channel[])
    .option('--rate <hz>', 'Updates a second for each instrument, at most.', number('--rate', 0.1, 60), 10)
    .option('--seconds <n>', 'Stop after this time.', number('--seconds', 0.1, 1e9))
    .option('--count <n>', 'Stop after this many lines.', number('--count', 1, 1e12))
    .option('--json', 'One JSON object a line.')
    .action(
      async (options: {
        url: string;
        symbols: string[];
        channels: Channel[];
        rate: number;
        seconds?: number;
        count?: number;
        json?: boolean;
      }) => {
        process.exitCode = await runTail({
          url: options.url,
          symbols: options.symbols,
          channels: options.channels,
          rateHz: options.rate,
          json: options.json === true,
          ...(options.seconds === undefined ? {} : { seconds: options.seconds }),
          ...(options.count === undefined ? {} : { count: options.count }),
        });
      },
    );

  addImportFlags(
    root
      .command('inspect')
      .description('Say what a recording holds.')
      .argument('<file>', 'The recording.')
      .option('--json', 'One JSON object.'),
  ).action(async (file: string, options: { json?: boolean } & ImportFlags) => {
    const tape = inspectTapeFile(file);
    if (tape !== null) return print(options.json === true ? JSON.stringify(tape) : tapeText(tape));
    const inspection = await inspectFile(file, openOptions(options));
    return print(options.json === true ? JSON.stringify(inspection) : inspectionText(inspection));
  });

  root
    .command('convert')
    .description('Turn recordings into one tape.')
    .argument('<files...>', 'Recordings; several are merged by time.')
    .requiredOption('--out <file>', 'The new tape.')
    .action(async (files: string[], { out }: { out: string }) =>
      print(conversionText(await convertFiles(files, out), out)),
    );

  root
    .command('repair')
    .description('Save what a damaged tape still holds.')
    .argument('<file>', 'The tape.')
    .requiredOption('--out <file>', 'The new tape.')
    .action((file: string, { out }: { out: string }) => print(repairText(repairFile(file, out), out)));

  addImportFlags(
    root
      .command('export')
      .description('Write a recording as text, exact to the digit: CSV of one channel, or lines of JSON.')
      .argument('<inputs...>', 'A tape, or recordings of others; several are merged by time.')
      .addOption(new Option('--format <format>', 'What to write.').choices(['csv', 'jsonl']).default('csv'))
      .option(
        '--channel <channel>',
        'trades, quotes, book, bars, or bars:1m (made of trades where there are none).',
        exportChannel,
      )
      .option(
        '--from <time>',
        'The first instant: an ISO time (UTC without an offset), or a number since 1970.',
      )
      .option('--to <time>', 'The first instant that is left out.')
      .option(
        '--symbols <selectors>',
        "What to write, separated by commas: 'BTC-*', 'venue:coinbase', '!ETH-USD'.",
        list,
      )
      .addOption(
        new Option('--times <times>', 'Microseconds since 1970, or ISO 8601.')
          .choices(['us', 'iso'])
          .default('us'),
      )
      .option('--out <file>', 'Where to (standard output without it); .gz and .zst compress.'),
  ).action(
    async (
      inputs: string[],
      options: ImportFlags & {
        format: 'csv' | 'jsonl';
        times: 'us' | 'iso';
        channel?: ExportChannel;
        from?: string;
        to?: string;
        symbols?: string[];
        out?: string;
      },
    ) => {
      const request = { ...options, inputs, open: openOptions(options) };
      const outcome = await exportFiles(request, process.stdout);
      // Standard output is the export.
      process.stderr.write(`${exportText(outcome, options.out)}\n`);
    },
  );

  root
    .command('version')
    .description('Print the version.')
    .action(() => print(VERSION));
  return root;
}

const ROOT_FLAGS = ['-h', '--help', '-v', '--version'];

/** Flags without a command are flags of `serve`. */
function withCommand(args: readonly string[]): string[] {
  const [first] = args;
  const isNamed = first !== undefined && (!first.startsWith('-') || ROOT_FLAGS.includes(first));
  return isNamed ? [...args] : ['serve', ...args];
}

/** Runs a command line and sets the exit code. What a person can mend is one sentence; anything else is a fault of ours. */
export async function runCli(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(withCommand(args), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 1;
    } else if (error instanceof UserError || error instanceof RecordingError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}

if (import.meta.main) await runCli(process.argv.slice(2));
