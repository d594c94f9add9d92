import { convertFiles } from '../../../server/commands/convert.ts';

/** Converts a file and prints what that took: `node convert.ts IN OUT`. */
const [from, to] = process.argv.slice(2);
const startBytes = process.memoryUsage.rss();
let highestBytes = startBytes;
const watch = setInterval(() => {
  highestBytes = Math.max(highestBytes, process.memoryUsage.rss());
}, 20);
const begin = performance.now();
const { events, bytes } = await convertFiles([from!], to!);
clearInterval(watch);
const grownMb = (highestBytes - startBytes) / 1_048_576;
const peakMb = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(
  JSON.stringify({
    events,
    bytes,
    grownMb,
    peakMb,
    startMb: startBytes / 1_048_576,
    seconds: (performance.now() - begin) / 1000,
  }),
);
