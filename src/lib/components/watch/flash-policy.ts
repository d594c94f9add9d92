/** How long a flash stands, ms. */
export const FLASH_MS = 400;
/** Least time between two flashes of a cell, ms: fewer than three a second (WCAG 2.3.1). */
const FLASH_GAP_MS = 500;
/** Above this share of the visible rows nothing flashes: a wall of colour says nothing. Arrows stay. */
const FLASH_SHARE_MAX = 0.4;

/** Marks for the last price of a row: a flash, or only the small arrow. */
export type Mark = 'up' | 'down' | 'arrow-up' | 'arrow-down' | '';

export interface FlashState {
  /** When the cell last began to flash, ms; 0 = never. */
  flashedAtMs: number;
  mark: Mark;
}

/** Whether so many changes at once are too many to flash. */
export function tooManyFlashes(changed: number, visible: number): boolean {
  return visible > 2 && changed > FLASH_SHARE_MAX * visible;
}

/** Mark of a cell whose price just moved by `step`. Too soon after the last flash, the mark that stands is kept. */
export function markFor(state: FlashState, step: number, nowMs: number, arrowsOnly: boolean): Mark {
  if (step === 0) return state.mark;
  if (nowMs - state.flashedAtMs < FLASH_GAP_MS && state.flashedAtMs > 0) return state.mark;
  if (arrowsOnly) return step > 0 ? 'arrow-up' : 'arrow-down';
  return step > 0 ? 'up' : 'down';
}

/** Whether a standing mark is over. */
export function markIsOver(state: FlashState, nowMs: number): boolean {
  return state.mark !== '' && nowMs - state.flashedAtMs >= FLASH_MS;
}
