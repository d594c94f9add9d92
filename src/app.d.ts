import type { PageSnapshot } from '#lib/state/market.ts';

declare global {
  namespace App {
    interface Platform {
      /** The raw request that the server handed over, with the getter that it attached. */
      req: import('node:http').IncomingMessage & {
        tickwireSnapshot?: (
          rows: number,
          symbol?: string,
        ) => PageSnapshot | null | Promise<PageSnapshot | null>;
      };
    }
  }
}

export {};
