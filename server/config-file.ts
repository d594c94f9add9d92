import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONFIG_FILE, type ConfigFile, type ConfigInput } from './config.ts';
import { UserError } from './errors.ts';

export type { AuthGrant, AuthHook } from './access/hook-authority.ts';

/** Files that are read when they are there and no other is named. */
const PROGRAMS = ['tickwire.config.ts', 'tickwire.config.js', 'tickwire.config.mjs'];
const PROGRAM_EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

/** For a configuration file in TypeScript: the same object, its settings known to the editor. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/**
 * Reads a configuration file that is a program, whose default export is the settings. What `loadConfig` is to be handed: the file, or
 * the name as it was for JSON, which it reads itself.
 * @throws UserError for a program that cannot be run or exports something else, and for two files where one is expected
 */
export async function openConfigFile(named: string | undefined): Promise<ConfigFile | string | undefined> {
  const path = named ?? foundFile();
  if (path === undefined || !PROGRAM_EXTENSIONS.includes(extname(path))) return named;
  if (!existsSync(path)) throw new UserError(`The configuration file ${path} does not exist.`);
  let values: unknown;
  try {
    values = ((await import(pathToFileURL(resolve(path)).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new UserError(`The configuration file ${path} cannot be read: ${(error as Error).message}.`);
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw new UserError(`The configuration file ${path} must export one object as its default.`);
  return { path, values: values as Record<string, unknown> };
}

function foundFile(): string | undefined {
  const found = [...PROGRAMS, CONFIG_FILE].filter((path) => existsSync(path));
  if (found.length > 1)
    throw new UserError(`There are two configuration files, ${found.join(' and ')}: keep one.`);
  return found[0];
}
