import type { ImportReport } from '../formats/open-recording.ts';

/** What a worker is to make. Whoever gives the order has checked it. */
export type WorkOrder =
  | {
      readonly kind: 'import';
      readonly files: readonly string[];
      readonly to: string;
      readonly strict: boolean;
      /** In the form of `--map`. */
      readonly map: string | null;
    }
  | {
      readonly kind: 'keep';
      /** Of the rolling tape. */
      readonly folder: string;
      readonly fromUs: number;
      readonly toUs: number;
      readonly selectors: readonly string[];
      readonly to: string;
    };

/** What it says meanwhile; `done` or `failed` is the last word. */
export type WorkWord =
  | {
      readonly type: 'progress';
      /** Share of the work, 0 to 1. */
      readonly done: number;
      readonly rows: number;
    }
  | {
      readonly type: 'done';
      /** Null for what is no import. */
      readonly report: ImportReport | null;
      readonly notice: string;
    }
  | { readonly type: 'failed'; readonly message: string };
