import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageSnapshot } from '#protocol';

/** Adapter-node's handler, or Vite's middleware: answers every path that Fastify does not. */
export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** @param symbol only this instrument, if there is one of that name */
export type SnapshotGetter = (rows: number, symbol?: string) => PageSnapshot;

/** The dashboard. The page's server side reads the first prices from the raw request, so that they are in the HTML. */
export function pageRoute(app: FastifyInstance, handler: PageHandler, snapshot: SnapshotGetter): void {
  app.setNotFoundHandler((request, reply) => {
    reply.hijack();
    const { raw } = reply;
    Object.assign(request.raw, { tickwireSnapshot: snapshot });
    handler(request.raw, raw, (error) => {
      raw.statusCode = error === undefined ? 404 : 500;
      raw.end(error === undefined ? 'Not found' : 'The page could not be made');
    });
  });
}
