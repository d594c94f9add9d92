import compression from 'compression';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageSnapshot } from '#protocol';
import { mendedPath } from './mended-path.ts';

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

/**
 * The dashboard. The page's server side reads the first prices from the raw request, so that they are in the HTML.
 * @param isPrivate whether it shows different viewers different prices
 */
export function pageRoute(
  app: FastifyInstance,
  handler: PageHandler,
  snapshot: SnapshotGetter,
  isPrivate: boolean,
): void {
  // Pages are six times as large without. Scripts and styles were compressed when they were built, and stay as they are.
  const compress = compression() as unknown as PageHandler;
  app.setNotFoundHandler((request, reply) => {
    // A program that mistook a path reads no page.
    if (isApi(request.url)) {
      const { method, url } = request;
      return reply.code(404).send({ message: `There is no ${method} ${url.split('?', 1)[0]} here.` });
    }
    reply.hijack();
    const { raw } = reply;
    const tickwireSnapshot = (rows: number, symbol?: string): ReturnType<SnapshotGetter> => {
      // A proxy that keeps pages would show one viewer's prices to the next.
      if (isPrivate) raw.setHeader('cache-control', 'no-store');
      return snapshot(request.raw, rows, symbol);
    };
    const tickwireFault = (error: unknown): void => request.log.error(error, 'page failed');
    Object.assign(request.raw, { tickwireSnapshot, tickwireFault });
    compress(request.raw, raw, () =>
      handler(request.raw, raw, (error) => {
        if (error !== undefined) tickwireFault(error);
        raw.statusCode = error === undefined ? 404 : 500;
        raw.end(error === undefined ? 'Not found' : 'The page could not be made');
      }),
    );
    return undefined;
  });
}

/** A page whose address has a percent sign that stands for itself, put there by hand, is found at the address that says so. */
export function mendPath(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const isPage = error.code === 'FST_ERR_BAD_URL' && !isApi(request.url);
  if (isPage) void reply.redirect(mendedPath(request.url), 308);
  else void reply.code(error.statusCode ?? 500).send({ message: error.message });
}

function isApi(url: string): boolean {
  return url.startsWith('/api/');
}
