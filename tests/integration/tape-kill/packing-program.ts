import { copyFileSync, renameSync, writeSync } from 'node:fs';
import { packNow } from '../../../server/tape/file/tape-packer.ts';

/** Packs a tape over and over, each time as it was at first, until somebody kills it. */
const [path = '', unpacked = ''] = process.argv.slice(2);
writeSync(1, 'begun\n');
for (;;) {
  copyFileSync(unpacked, `${path}.fresh`);
  renameSync(`${path}.fresh`, path);
  packNow(path);
}
