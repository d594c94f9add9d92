#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { BAR_INTERVALS, isChannel, type Channel } from '#protocol';
import { runTail } from './commands/tail.ts';
import { addConfigFlags, configFlags, list, number, print } from './cli/config-flags.ts';
import { addFeedCommands } from './cli/feed-commands.ts';
import { addFileCommands } from './cli/file-commands.ts';
import { addRecordCommands } from './cli/record-commands.ts';
import { CONFIG_KEYS, loadConfig, type ConfigKey } from './config.ts';
import { openConfigFile } from './config-file.ts';
import { UserError } from './errors.ts';
import { RecordingError } from './formats/recording-error.ts';
import { serve, surviveRejections } from './main.ts';
import { VERSION } from './version.ts';

const LIVE_ONLY: readonly ConfigKey[] = [
  'feed',
  'symbols',
  'backup',
  'subscribe',
  'seed',
  'simSymbols',
  'simRate',
  'tape',
  'tapeRetention',
  'alerts',
  'alertWebhooks',
];

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

async function runServer(options: Record<string, unknown>, dev: boolean): Promise<void> {
  const file = await openConfigFile(options['config'] as string | undefined);
  const config = loadConfig(configFlags(options), process.env, file);
  surviveRejections((line) => process.stderr.write(`${line}\n`));
  await serve({ config, page: dev ? 'dev' : 'built', write: print });
}

function channels(text: string): Channel[] {
  return text.split(',').map((name) => {
    const channel = name.trim();
    if (isChannel(channel)) return channel;
    throw new InvalidArgumentError(
      `Channels are quote, trade, book, raw and bar:<${BAR_INTERVALS.join('|')}>, separated by commas.`,
    );
  });
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
    .option('--channels <channels>', 'quote, trade, book, raw, bar:1m, ... separated by commas.', channels, [
      'quote',
      'trade',
    ] as Channel[])
    .option('--rate <hz>', 'Updates a second for each instrument, at most.', number('--rate', 0.1, 60), 10)
    .option('--seconds <n>', 'Stop after this time.', number('--seconds', 0.1, 1e9))
    .option('--count <n>', 'Stop after this many lines.', number('--count', 1, 1e12))
    .option('--json', 'One JSON object a line.')
    .addOption(
      new Option('--token <token>', 'Who you are, where the server asks; better in the environment.').env(
        'TICKWIRE_TOKEN',
      ),
    )
    .action(
      async (options: {
        url: string;
        symbols: string[];
        channels: Channel[];
        rate: number;
        seconds?: number;
        count?: number;
        json?: boolean;
        token?: string;
      }) => {
        process.exitCode = await runTail({
          url: options.url,
          symbols: options.symbols,
          channels: options.channels,
          rateHz: options.rate,
          json: options.json === true,
          ...(options.token === undefined ? {} : { token: options.token }),
          ...(options.seconds === undefined ? {} : { seconds: options.seconds }),
          ...(options.count === undefined ? {} : { count: options.count }),
        });
      },
    );

  addFileCommands(root);
  addFeedCommands(root);
  addRecordCommands(root);

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
