/** The panels of `desk-parts.ts`. */
export type DeskParts = typeof import('./desk-parts.ts');

let loaded: DeskParts | null = null;

/** The panels when they are here: a desk that is opened again has them at once. */
export const loadedParts = (): DeskParts | null => loaded;

export async function loadParts(): Promise<DeskParts> {
  loaded ??= await import('./desk-parts.ts');
  return loaded;
}
