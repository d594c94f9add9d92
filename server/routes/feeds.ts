import type { FastifyInstance } from 'fastify';
import type { OriginPolicy } from '../access/origins.ts';
import type { LiveFeeds } from '../timelines/live-feeds.ts';

const PATH = '/api/feeds';

export interface FeedsRouteOptions {
  /** Null in a replay, which has none. */
  readonly feeds: LiveFeeds | null;
  readonly origins: OriginPolicy;
}

/** The feeds with their newest faults in words, and the operator's restart of one. */
export function feedsRoutes(app: FastifyInstance, { feeds, origins }: FeedsRouteOptions): void {
  app.get(PATH, () => feeds?.details() ?? []);

  app.post<{ Params: { name: string } }>(`${PATH}/:name/restart`, async (request, reply) => {
    if (!origins.allows(request.headers.origin, request.headers.host))
      return reply.code(403).send({ message: 'This page may not restart feeds.' });
    const { name } = request.params;
    const restarting = feeds?.restart(name) ?? null;
    if (restarting === null) return reply.code(404).send({ message: `There is no feed ${name}.` });
    if (!(await restarting))
      return reply.code(409).send({ message: `${name} can be started only once: restart the server.` });
    return feeds!.details().find((feed) => feed.name === name);
  });
}
