import type { FastifyInstance } from 'fastify';
import { MarketHours, type InstrumentId } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { Demand } from '../feeds/demand.ts';
import { findInstrument } from '../timelines/find-instrument.ts';
import type { Timeline } from '../timelines/timeline.ts';
import { entitlementOf } from './viewer-guard.ts';
import { PictureCloses } from './picture-closes.ts';
import { missingPicture, quotePicture, type PictureLook, type QuoteFacts } from './quote-picture.ts';

/** A picture may be shown again for so long, s: pages that are read by many ask us once. */
const FRESH_S = 5;
/** Longest symbol that is looked for, letters. */
const SYMBOL_MAX = 80;
/** Instruments that pictures keep their feeds on at once, and for how long after the last picture, ms. */
const HELD_MAX = 100;
const HELD_MS = 600_000;

const marketHours = new MarketHours();

export interface QuoteSvgOptions {
  readonly timeline: Timeline;
  readonly clock: Clock;
  /** Null where feeds bring everything anyway, as in a replay. */
  readonly demand: Demand | null;
}

/** `GET /embed/<symbol>.svg`: a quote as a picture, for pages that take no scripts. `?theme=dark|light`, `?up=red`. */
export function quoteSvgRoute(app: FastifyInstance, { timeline, clock, demand }: QuoteSvgOptions): void {
  const held = new Map<InstrumentId, Cancel>();
  const closes = new PictureCloses(timeline, clock, HELD_MAX);

  /** A feed that brings only what is watched has to bring this too, or the next picture shows no price either. */
  function keep(id: InstrumentId): void {
    if (demand === null) return;
    held.get(id)?.();
    held.delete(id);
    const release = demand.hold([id]);
    const cancel = clock.after(HELD_MS, () => {
      held.delete(id);
      release();
    });
    held.set(id, () => {
      cancel();
      release();
    });
    const [oldest] = held.keys();
    if (held.size <= HELD_MAX || oldest === undefined) return;
    held.get(oldest)?.();
    held.delete(oldest);
  }

  app.addHook('onClose', () => {
    for (const release of held.values()) release();
    held.clear();
  });

  app.get<{ Params: { symbol: string }; Querystring: Record<string, unknown> }>(
    '/embed/:symbol.svg',
    { config: { audience: 'viewer' } },
    async (request, reply) => {
      const { symbol } = request.params;
      const look = lookOf(request.query);
      const id =
        symbol.length > SYMBOL_MAX
          ? null
          : findInstrument(timeline.engine.dictionary, symbol, entitlementOf(request));
      void reply
        .type('image/svg+xml; charset=utf-8')
        .header('cache-control', `${request.viewer ? 'private' : 'public'}, max-age=${FRESH_S}`)
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        .header('x-content-type-options', 'nosniff')
        .header('cross-origin-resource-policy', 'cross-origin');
      if (id === null) return reply.code(404).send(missingPicture(symbol, look));
      keep(id);
      const line = await closes.of(id);
      return reply.send(quotePicture(factsOf(timeline, id, line), look));
    },
  );
}

function lookOf(query: Record<string, unknown>): PictureLook {
  const { theme, up } = query;
  return { theme: theme === 'dark' || theme === 'light' ? theme : 'auto', redUp: up === 'red' };
}

function factsOf(timeline: Timeline, id: InstrumentId, line: readonly number[]): QuoteFacts {
  const { engine, source } = timeline;
  const { columns } = engine.state;
  const last = columns.last[id]!;
  const instrument = engine.dictionary.definition(id);
  const nowUs = source.mode === 'live' ? timeline.nowUs() : source.positionUs();
  const tradeTimeUs = columns.tradeTimeUs[id]!;
  const simulated = source.feeds().some((feed) => feed.simulated && feed.venue === instrument.venue);
  return {
    instrument,
    last,
    open: engine.dictionary.open(id),
    tradeTimeUs,
    nowUs,
    // The line may be half a minute old; its end is the price that stands beside it.
    closes: Number.isNaN(last) ? line : [...line.slice(0, -1), last],
    simulated,
    replay: source.mode === 'replay',
    stale: source.stale?.().find(({ instrument: stale }) => stale === id)?.reason ?? '',
    closing: simulated ? null : marketHours.closing(instrument, nowUs, tradeTimeUs),
  };
}
