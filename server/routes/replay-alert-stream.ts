import type { FastifyReply } from 'fastify';
import type { ReplayAlertNews } from '#protocol';
import type { AlertView } from '../alerts/alert-view.ts';
import { ReplayWatch } from '../alerts/replay-watch.ts';
import type { WatchedRule } from '../alerts/rule-watcher.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { Timeline } from '../timelines/timeline.ts';

/** A comment so often keeps proxies from cutting a quiet stream, ms. */
const HEARTBEAT_MS = 15_000;
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
  readonly #reply: FastifyReply;

  constructor({ timeline, rules, clock, reply, view }: ReplayAlertStreamParts, onClosed: () => void) {
    this.#reply = reply;
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    const send = (news: ReplayAlertNews): void => this.#write(`data: ${JSON.stringify(news)}\n\n`);
    const undo: Cancel[] = [clock.every(HEARTBEAT_MS, () => this.#write(':\n\n'))];
    raw.on('error', () => {});
    raw.on('close', () => {
      for (const cancel of undo.splice(0)) cancel();
      onClosed();
    });
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
    undo.push(() => watch.close());
  }

  close(): void {
    this.#reply.raw.end();
  }

  #write(text: string): void {
    const { raw } = this.#reply;
    if (raw.destroyed || raw.writableEnded) return;
    raw.write(text);
    if (raw.writableLength > UNREAD_BYTES_MAX) raw.destroy();
  }
}
