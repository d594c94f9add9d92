import { InvalidArgumentError, Option, type Command } from 'commander';
import { convertFiles, conversionText } from '../commands/convert.ts';
import { exportFiles, exportText } from '../commands/export.ts';
import { inspectFile, inspectionText } from '../commands/inspect.ts';
import { inspectTapeFile, tapeText } from '../commands/inspect-tape.ts';
import { repairFile, repairText } from '../commands/repair.ts';
import { parseColumnMap, type ColumnMap } from '../formats/column-map.ts';
import { parseExportChannel, type ExportChannel } from '../formats/export-options.ts';
import type { OpenOptions } from '../formats/open-recording.ts';
import { list, print } from './config-flags.ts';

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
      'What the columns of a CSV are: price=px,time=ts:ms,symbol=BTCUSDT (time units s, ms, us, ns, iso, midnight, hhmmss, mdy, dmy; @ZONE).',
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

/** Commands about files of recorded market data. */
export function addFileCommands(root: Command): void {
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

  addImportFlags(
    root
      .command('convert')
      .description('Turn recordings of others into one tape.')
      .argument('<files...>', 'Recordings that are no tapes; several are merged by time.')
      .requiredOption('--out <file>', 'The new tape.'),
  ).action(async (files: string[], options: { out: string } & ImportFlags) =>
    print(conversionText(await convertFiles(files, options.out, openOptions(options)), options.out)),
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
      .description(
        'Write a recording as text or Parquet, exact to the digit: CSV and Parquet of one channel, or lines of JSON.',
      )
      .argument('<inputs...>', 'A tape, or recordings of others; several are merged by time.')
      .addOption(
        new Option('--format <format>', 'What to write.').choices(['csv', 'jsonl', 'parquet']).default('csv'),
      )
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
        format: 'csv' | 'jsonl' | 'parquet';
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
}
