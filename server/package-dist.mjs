// Last step of `npm run build:package`: the compiled server's own package scope, in which #protocol is compiled JavaScript.
import { writeFileSync } from 'node:fs';

const scope = { type: 'module', imports: { '#protocol': './src/protocol/index.js' } };
writeFileSync(new URL('../dist/package.json', import.meta.url), `${JSON.stringify(scope, null, 2)}\n`);
