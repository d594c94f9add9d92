import type { FastifyReply } from 'fastify';
import type { ReplayAlertNews } from '#protocol';
import type { AlertView } from '../alerts/alert-view.ts';
import { ReplayWatch } from '../alerts/replay-watch.ts';
import type { WatchedRule } from '../alerts/rule-watcher.ts';
import type { Clock } from '../engine/ports.ts';
import type { Timeline } from '../timelines/timeline.ts';
import { EventStream } from './event-stream.ts';

/** What a reader may leave unread before it is cut. */
const UNREAD_BYTES_MAX = 262_144;

export interface ReplayAlertStreamParts {
  readonly timeline: Timeline;
  readonly rules: readonly WatchedRule[];
  readonly clock: Clock;
  readonly reply: FastifyReply;
  /** What its reader may see; null = everything. */
  readonly view: AlertView | null;
}

/** What the rules would have told of a replay, as Server-Sent Events to one page. Without numbers: nothing of it is kept, or told twice. */
export class ReplayAlertStream {
  readonly #stream: EventStream;

  constructor({ timeline, rules, clock, reply, view }: ReplayAlertStreamParts, onClosed: () => void) {
    const stream = new EventStream(reply, { clock, unreadBytesMax: UNREAD_BYTES_MAX, onClosed });
    this.#stream = stream;
    const send = (news: ReplayAlertNews): void => stream.write(`data: ${JSON.stringify(news)}\n\n`);
    const told = view === null ? rules : rules.filter((rule) => view.watches(rule));
    send({ type: 'watching', rules: told.length });
    const notes = new Map(rules.map(({ id, note }) => [id, note]));
    const watch = new ReplayWatch(
      {
        timeline,
        rules,
        clock,
        onFiring: (firing) => {
          if (view !== null && !view.shows(firing)) return;
          send({ type: 'firing', ...firing, note: notes.get(firing.rule) ?? '' });
        },
        onEnd: () => this.close(),
      },
      timeline.taps!,
    );
    stream.until(() => watch.close());
  }

  close(): void {
    this.#stream.close();
  }
}
