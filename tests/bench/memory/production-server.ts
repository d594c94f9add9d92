import type { AddressInfo } from 'node:net';
import { instrumentId } from '#protocol';
import { createApp } from '../../../server/app.ts';
import { systemClock } from '../../../server/clock.ts';
import { loadConfig } from '../../../server/config.ts';
import { SimulatedFeed } from '../../../server/feeds/simulated/feed.ts';
import type { SessionRegistry } from '../../../server/sessions/session-registry.ts';
import { startLiveTimeline } from '../../../server/timelines/live-timeline.ts';
import type { Timeline } from '../../../server/timelines/timeline.ts';
import { passingTape } from '../fanout/passing-tape.ts';
import { VIEWER_TOKEN } from '../fanout/viewer-token.ts';

const CONNECTIONS_MAX = 50_000;
/** Handshakes that wait to be taken, as a busy machine allows them. */
const BACKLOG = 4_096;

/** The production server on a simulated market, in this process: its metrics, its tape and tokens of viewers, the page apart. Arguments of the process: symbols, events a second. */
export async function startProductionServer(): Promise<{
  timeline: Timeline;
  sessions: SessionRegistry;
  port: number;
  symbols: string[];
}> {
  const [symbols, simRate] = process.argv.slice(2).map(Number) as [number, number];
  const config = loadConfig({
    simSymbols: symbols,
    simRate,
    connectionsMax: CONNECTIONS_MAX,
    unknownConnectionsMax: CONNECTIONS_MAX,
    viewerTokens: `bench=${VIEWER_TOKEN}`,
    logLevel: 'silent',
    port: 0,
    adminPort: 0,
  });
  const onNotice = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
  const tape = passingTape(config.tapeRetention, onNotice);
  const { seed } = config;
  const timeline = await startLiveTimeline({
    clock: systemClock,
    feeds: [new SimulatedFeed({ seed, symbols, eventsPerSecond: simRate, clock: systemClock })],
    onProblem: onNotice,
    onTaps: (taps) => void taps.add(tape),
  });
  const { fastify, admin, sessions } = await createApp({ config, clock: systemClock, timeline });
  await admin?.listen({ host: config.adminHost, port: 0 });
  await fastify.listen({ host: config.host, port: 0, backlog: BACKLOG });
  const { dictionary } = timeline.engine;
  return {
    timeline,
    sessions,
    port: (fastify.server.address() as AddressInfo).port,
    symbols: Array.from(
      { length: dictionary.size },
      (_, id) => dictionary.definition(instrumentId(id)).symbol,
    ),
  };
}
