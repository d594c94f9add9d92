import { instrumentKey, type DictionaryEntry } from '#protocol';

/**
 * Whether selectors may mean this instrument. Generous on purpose (a wildcard means everything): used only to forget, never to
 * decide what is served, which is the server's.
 */
export function namesInstrument(selectors: readonly string[], entry: DictionaryEntry | undefined): boolean {
  if (entry === undefined) return true;
  const key = instrumentKey(entry);
  return selectors.some(
    (selector) =>
      selector === key ||
      selector === entry.symbol ||
      selector.includes('*') ||
      selector.startsWith('venue:'),
  );
}
