import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { packagePath } from './package-root.ts';
import type { PageHandler } from './routes/page.ts';

export interface DevPage {
  readonly handler: PageHandler;
  /** Upgrades that are not Vite's own. */
  readonly upgrades: EventEmitter;
  /** Shares the port's server between Vite's hot-reload socket and ours. */
  connect(server: Server): void;
}

/** The page from its sources: Vite as middleware in this process, its hot-reload socket on the same port. */
export async function devPage(): Promise<DevPage> {
  const { createServer } = await import('vite');
  const ours = new EventEmitter();
  const vites = new EventEmitter();
  const vite = await createServer({
    root: packagePath('.'),
    server: { middlewareMode: true, hmr: { server: vites as Server } },
    appType: 'custom',
  });
  return {
    handler: (request, response, next) => vite.middlewares(request, response, next),
    upgrades: ours,
    connect(server) {
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const protocol = request.headers['sec-websocket-protocol'] ?? '';
        (protocol.startsWith('vite-') ? vites : ours).emit('upgrade', request, socket, head);
      });
      server.on('close', () => void vite.close());
    },
  };
}
