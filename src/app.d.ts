import type { PageSnapshot } from '#lib/state/market.ts';

declare global {
  interface Window {
    /** The first script of `app.html`: stops keeping what is clicked and typed, and gives what it kept. */
    tickwireEarly?: (isWhole: boolean) => import('#lib/components/shell/early-input.ts').EarlyInput[];
  }

  namespace App {
    interface PageState {
      /** A replay was watched there, on a page whose address says none. */
      isReplay?: boolean;
    }

    interface Platform {
      /** The raw request that the server handed over, with what it attached: where prices come from, and where errors go. */
      req: import('node:http').IncomingMessage & {
        tickwireSnapshot?: (
          rows: number,
          symbol?: string,
        ) => PageSnapshot | null | Promise<PageSnapshot | null>;
        tickwireFault?: (error: unknown) => void;
      };
    }
  }
}

export {};
