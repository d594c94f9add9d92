import type { FastifyInstance } from 'fastify';
import { incrementText } from '#protocol';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import type { Timeline } from '../timelines/timeline.ts';
import { entitlementOf } from './viewer-guard.ts';

/** Plain HTTP answers for scripts and load balancers. */
export function apiRoutes(
  app: FastifyInstance,
  timeline: Timeline,
  sessions: SessionRegistry,
  version: string,
): void {
  app.get('/api/health', { config: { audience: 'anybody' } }, () => ({
    status: 'ok',
    version,
    mode: timeline.source.mode,
    state: timeline.source.state,
    instruments: timeline.engine.dictionary.size,
    connections: sessions.size,
  }));
  app.get('/api/status', () => {
    const { feeds, receivedPerSecond, counters } = timeline.status();
    return { feeds, receivedPerSecond, counters };
  });
  app.get('/api/instruments', { config: { audience: 'viewer' } }, (request) => {
    const { dictionary } = timeline.engine;
    const entitlement = entitlementOf(request);
    return dictionary.ids().flatMap((id) => {
      const definition = dictionary.definition(id);
      if (entitlement !== null && !entitlement.sees(definition)) return [];
      const { venue, symbol, name, assetClass, currency, tick, lot } = definition;
      return {
        venue,
        symbol,
        name,
        assetClass,
        currency,
        tickSize: incrementText(tick),
        lotSize: incrementText(lot),
      };
    });
  });
}
