import { createApp, type App } from '../../server/app.ts';
import { loadConfig } from '../../server/config.ts';
import type { EventSink, Feed } from '../../server/engine/ports.ts';
import { startLiveTimeline } from '../../server/timelines/live-timeline.ts';
import type { Timeline } from '../../server/timelines/timeline.ts';
import { ManualClock } from './manual-clock.ts';
import { instrument } from './test-timeline.ts';

/** A feed that says what the test makes it say. */
export class TestFeed implements Feed {
  readonly name = 'test feed';
  readonly venue = 'test';
  readonly simulated = false;
  readonly offers = ['trade', 'quote', 'book'] as const;
  sink!: EventSink;
  readonly #symbols: readonly string[];

  constructor(symbols: readonly string[]) {
    this.#symbols = symbols;
  }

  start(sink: EventSink): Promise<void> {
    this.sink = sink;
    for (const symbol of this.#symbols) sink.define(instrument(symbol));
    sink.onState('live', '');
    return Promise.resolve();
  }

  subscribe(): void {}
  unsubscribe(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface TestServer {
  readonly app: App;
  readonly clock: ManualClock;
  readonly feed: TestFeed;
  readonly timeline: Timeline;
  readonly origin: string;
  readonly socketUrl: string;
  readonly port: number;
}

/** The whole server but its page, over loopback on a free port; its clock is the test's. */
export async function startTestServer(
  symbols: readonly string[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<TestServer> {
  const clock = new ManualClock();
  const feed = new TestFeed(symbols);
  const { auth, ...flags } = settings;
  // Only a file that is a program can hold a hook.
  const file = auth === undefined ? undefined : { path: 'tickwire.config.ts', values: { auth } };
  const config = loadConfig({ port: 0, logLevel: 'silent', ...flags }, {}, file);
  const timeline = await startLiveTimeline({ clock, feeds: [feed], onProblem: () => {} });
  const app = await createApp({ config, clock, timeline });
  const origin = await app.fastify.listen({ host: config.host, port: 0 });
  const port = Number(new URL(origin).port);
  return { app, clock, feed, timeline, origin, socketUrl: `ws://127.0.0.1:${port}/ws`, port };
}
