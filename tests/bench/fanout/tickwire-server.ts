// The production server on a simulated market, as a process of its own. Arguments: symbols, events a second.
import type { AddressInfo } from 'node:net';
import { createApp } from '../../../server/app.ts';
import { systemClock } from '../../../server/clock.ts';
import { loadConfig } from '../../../server/config.ts';
import { SimulatedFeed } from '../../../server/feeds/simulated/feed.ts';
import { startLiveTimeline } from '../../../server/timelines/live-timeline.ts';
import { answerRequests, usage, type ServerRequests } from './control.ts';
import { GatedClock } from './gated-clock.ts';

/** A tick of the viewers and a little: what the source left behind has gone out by then, ms. */
const LAST_TICK_MS = 120;

const [symbols, simRate] = process.argv.slice(2).map(Number) as [number, number];
const config = loadConfig({ simSymbols: symbols, simRate, logLevel: 'silent', port: 0 });
const clock = new GatedClock();
const feed = new SimulatedFeed({ seed: config.seed, symbols, eventsPerSecond: simRate, clock });
const timeline = await startLiveTimeline({
  clock: systemClock,
  feeds: [feed],
  onProblem: (sentence) => process.stderr.write(`${sentence}\n`),
});
const { fastify } = await createApp({ config, clock: systemClock, timeline });
await fastify.listen({ host: config.host, port: 0 });

answerRequests<ServerRequests>({
  listen: async () => ({ port: (fastify.server.address() as AddressInfo).port }),
  async open() {
    clock.isOpen = true;
    return usage();
  },
  async drain() {
    clock.isOpen = false;
    await new Promise((resolve) => setTimeout(resolve, LAST_TICK_MS));
    return usage();
  },
});
