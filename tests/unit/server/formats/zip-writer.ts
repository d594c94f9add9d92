import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  name: string;
  content: string | Uint8Array;
  /** Deflated unless told. */
  stored?: boolean;
  /** Written into the directory in place of what is true. */
  claims?: { flags?: number; method?: number; size?: number; sum?: number };
}

/** A zip archive of these members, for tests: no zip64, no comments. APPNOTE.TXT 4.3.7, 4.3.12 and 4.3.16 */
export function zipOf(parts: readonly ZipPart[]): Buffer {
  const members: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, stored, claims = {} } of parts) {
    const bytes = Buffer.from(content);
    const data = stored === true ? bytes : deflateRawSync(bytes);
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(claims.flags ?? 0, 2);
    common.writeUInt16LE(claims.method ?? (stored === true ? 0 : 8), 4);
    common.writeUInt32LE(claims.sum ?? crc32(bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(claims.size ?? bytes.length, 18);
    common.writeUInt16LE(title.length, 22);
    members.push(Buffer.from('PK\u0003\u0004'), common, title, data);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000'), common, rest, title);
    at += 4 + common.length + title.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...members, ...directory, end]);
}
