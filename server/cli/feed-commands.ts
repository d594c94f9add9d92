import { InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '../tape/rolling/retention.ts';
import { list, print } from './config-flags.ts';

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('A duration is a number and s, m, h or d: 90s, 1.5h.');
  return ms;
}

/** Commands about feeds: which there are, captures of them, and adapters of one's own. What a command needs is loaded when it runs. */
export function addFeedCommands(root: Command): void {
  root
    .command('feeds')
    .description('List the venues that are built in: what they deliver, their symbols, the keys they need.')
    .option('--json', 'One JSON array.')
    .action(async ({ json }: { json?: boolean }) => {
      const { feedList, feedListText } = await import('../commands/feed-list.ts');
      const feeds = await feedList();
      print(json === true ? JSON.stringify(feeds) : feedListText(feeds));
    });

  root
    .command('map')
    .description("Run recorded frames through a venue's adapter and say what came out.")
    .argument('<capture>', 'Frames as record-raw or others wrote them, one a line; .gz and .zst too.')
    .requiredOption('--feed <feed>', 'A built-in venue, or the folder or file of one of your own.')
    .option('--rest <file...>', 'Recorded answers of the REST interface.')
    .option('--json', 'Each event as a line of JSON, then a line with the summary.')
    .action(async (capture: string, options: { feed: string; rest?: string[]; json?: boolean }) => {
      const { captureText, mapCapture } = await import('../commands/map-capture.ts');
      const request = { feed: options.feed, capture, rest: options.rest ?? [] };
      const summary = await mapCapture(request, options.json === true ? process.stdout : null);
      print(options.json === true ? JSON.stringify({ summary }) : captureText(summary));
    });

  root
    .command('record-raw')
    .description("Record a venue's frames as they are, both ways, with the time of each; keys are masked.")
    .requiredOption('--feed <feed>', 'A built-in venue, or the folder or file of one of your own.')
    .requiredOption('--symbols <symbols>', 'As the venue spells them, separated by commas.', list)
    .option('--out <file>', 'A new file, packed where it ends in .gz or .zst; - is standard output.', '-')
    .option('--for <time>', 'Stop after this time: 90s, 10m, 1h.', duration)
    .option('--url <url>', "Instead of the venue's own address.")
    .option('--rest-url <url>', "Instead of the venue's own REST address.")
    .action(
      async (options: {
        feed: string;
        symbols: string[];
        out: string;
        for?: number;
        url?: string;
        restUrl?: string;
      }) => {
        const { recordedText, recordRaw } = await import('../commands/record-raw.ts');
        const complain = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
        const outcome = await recordRaw({
          feed: options.feed,
          symbols: options.symbols,
          out: options.out === '-' ? null : options.out,
          forMs: options.for ?? null,
          env: process.env,
          complain,
          ...(options.url === undefined ? {} : { url: options.url }),
          ...(options.restUrl === undefined ? {} : { restUrl: options.restUrl }),
        });
        complain(recordedText(outcome));
      },
    );

  root
    .command('new-feed')
    .description('Write a folder with an adapter of your own to begin with.')
    .argument('<name>', 'a-z, 0-9 and hyphens.')
    .option('--dir <folder>', 'Where the folder is put.', '.')
    .action(async (name: string, { dir }: { dir: string }) => {
      const { newFeed, newFeedText } = await import('../commands/new-feed.ts');
      print(newFeedText(newFeed(name, dir)));
    });

  root
    .command('check-feed')
    .description('Try an adapter against the venue that its capture plays, and say what is wrong with it.')
    .argument('<path>', 'Its folder or file, or a built-in venue.')
    .option('--capture <file...>', "Frames to try it with instead of the folder's capture.jsonl.")
    .option('--json', 'One JSON array.')
    .action(async (feed: string, { capture, json }: { capture?: string[]; json?: boolean }) => {
      const { checkFeed, isConforming } = await import('../feeds/kit/check-feed.ts');
      const { checksText } = await import('../commands/check-feed.ts');
      const results = await checkFeed({ feed, captures: capture ?? [] });
      print(json === true ? JSON.stringify(results) : checksText(results));
      if (!isConforming(results)) process.exitCode = 1;
    });
}
