import { readFileSync } from 'node:fs';
import { packagePath } from './package-root.ts';

const manifest = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };

/** The version of this program, from package.json. */
export const VERSION: string = manifest.version;
