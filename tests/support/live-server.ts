import { createApp, type App } from '../../server/app.ts';
import { systemClock } from '../../server/clock.ts';
import { loadConfig } from '../../server/config.ts';
import type { Feed } from '../../server/engine/ports.ts';
import { startLiveTimeline } from '../../server/timelines/live-timeline.ts';
import type { Timeline } from '../../server/timelines/timeline.ts';

export interface LiveServer {
  readonly app: App;
  readonly timeline: Timeline;
  readonly port: number;
  /** Address of the WebSocket endpoint. */
  readonly socketUrl: string;
}

/** The server without its page, in this process, over loopback on a free port and in real time. Close it by `app.close()`. */
export async function startLiveServer(
  feeds: readonly Feed[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<LiveServer> {
  const config = loadConfig({ port: 0, logLevel: 'silent', ...settings });
  const timeline = await startLiveTimeline({ clock: systemClock, feeds, onProblem: () => {} });
  const app = await createApp({ config, clock: systemClock, timeline });
  const address = await app.fastify.listen({ host: config.host, port: config.port });
  const port = Number(new URL(address).port);
  return { app, timeline, port, socketUrl: `ws://127.0.0.1:${port}/ws` };
}
