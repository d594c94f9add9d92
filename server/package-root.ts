import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Folder that holds `build/`: the repository's, or the installed package's, whose compiled server lies one folder deeper. */
export function packageRoot(): URL {
  const candidates = ['../', '../../'].map((up) => new URL(up, import.meta.url));
  const found = candidates.find(
    (folder) =>
      existsSync(new URL('svelte.config.js', folder)) || existsSync(new URL('build/handler.js', folder)),
  );
  return found ?? candidates[0]!;
}

/** A path inside the package, as text. */
export function packagePath(relative: string): string {
  return fileURLToPath(new URL(relative, packageRoot()));
}

export const fileUrl = (path: string): string => pathToFileURL(path).href;
