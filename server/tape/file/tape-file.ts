import { FILE_MAGIC, isTape } from './file-header.ts';
import { TapeBytes } from './tape-bytes.ts';

/** Whether a file says in its first bytes that it is a tape. @throws TapeError where it cannot be read */
export function isTapeFile(path: string): boolean {
  const file = new TapeBytes(path);
  try {
    return isTape(file.read(0, FILE_MAGIC.length));
  } finally {
    file.close();
  }
}
