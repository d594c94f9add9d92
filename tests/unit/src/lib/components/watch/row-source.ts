import type { QuoteColumns } from '#protocol';
import { ownTurnover } from '../../../../../../src/lib/components/watch/dollar-turnover.ts';
import type { FieldSource } from '../../../../../../src/lib/components/watch/row-fields.ts';

/** Rows of these columns that were updated just now. */
export function rowSource(columns: QuoteColumns, more: Partial<FieldSource> = {}): FieldSource {
  return {
    columns: () => columns,
    venueCode: (venue) => venue.slice(0, 3).toUpperCase(),
    venueName: (venue) => venue,
    ageMs: () => 0,
    updates: () => 1,
    changedAtMs: () => 1,
    staleAgeMs: () => 0,
    turnover: ownTurnover(() => columns),
    ...more,
  };
}
