import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageSnapshot } from '#protocol';

/** Adapter-node's handler, or Vite's middleware: answers every path that Fastify does not. */
export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * @param request whose cookie says who the page is for
 * @param symbol only this instrument, if there is one of that name
 * @returns null = nothing may be shown to whoever asks
 */
export type SnapshotGetter = (
  request: IncomingMessage,
  rows: number,
  symbol?: string,
) => PageSnapshot | null | Promise<PageSnapshot | null>;

/** The dashboard. The page's server side reads the first prices from the raw request, so that they are in the HTML. */
export function pageRoute(app: FastifyInstance, handler: PageHandler, snapshot: SnapshotGetter): void {
  app.setNotFoundHandler((request, reply) => {
    reply.hijack();
    const { raw } = reply;
    const tickwireSnapshot = (rows: number, symbol?: string): ReturnType<SnapshotGetter> =>
      snapshot(request.raw, rows, symbol);
    Object.assign(request.raw, { tickwireSnapshot });
    handler(request.raw, raw, (error) => {
      raw.statusCode = error === undefined ? 404 : 500;
      raw.end(error === undefined ? 'Not found' : 'The page could not be made');
    });
  });
}
