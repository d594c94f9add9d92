// The production server on a simulated market, as a process of its own. Arguments: symbols, events a second.
import type { AddressInfo } from 'node:net';
import { instrumentId } from '#protocol';
import { createApp } from '../../../server/app.ts';
import { systemClock } from '../../../server/clock.ts';
import { loadConfig } from '../../../server/config.ts';
import { SimulatedFeed } from '../../../server/feeds/simulated/feed.ts';
import { startLiveTimeline } from '../../../server/timelines/live-timeline.ts';
import { answerRequests, usage } from '../fanout/control.ts';
import { weigh, type ServerRequests } from './requests.ts';

const [symbols, simRate] = process.argv.slice(2).map(Number) as [number, number];
const config = loadConfig({ simSymbols: symbols, simRate, connectionsMax: 20_000, logLevel: 'silent', port: 0 });
const timeline = await startLiveTimeline({
  clock: systemClock,
  feeds: [
    new SimulatedFeed({ seed: config.seed, symbols, eventsPerSecond: simRate, clock: systemClock }),
  ],
  onProblem: (sentence) => process.stderr.write(`${sentence}\n`),
});
const { fastify } = await createApp({ config, clock: systemClock, timeline });
await fastify.listen({ host: config.host, port: 0, backlog: 4_096 });

answerRequests<ServerRequests>({
  async listen() {
    const { dictionary } = timeline.engine;
    const names = Array.from(
      { length: dictionary.size },
      (_, id) => dictionary.definition(instrumentId(id)).symbol,
    );
    return { port: (fastify.server.address() as AddressInfo).port, symbols: names };
  },
  weigh,
  usage: async () => usage(),
});
