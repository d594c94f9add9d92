import { once } from 'node:events';
import { constants, createDeflateRaw, type DeflateRaw } from 'node:zlib';
import { webSocketBytes } from './quote-market.ts';

/** A sync flush ends in four bytes that permessage-deflate leaves out: RFC 7692 section 7.2.1. */
const FLUSH_TAIL_BYTES = 4;

/** One WebSocket with permessage-deflate, the window kept from message to message, without the socket. */
export class DeflatedSocket {
  /** Bytes on the wire of these messages in this order. */
  async bytesOf(messages: readonly string[]): Promise<number> {
    const deflate = createDeflateRaw();
    let size = 0;
    deflate.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    let total = 0;
    for (const message of messages) {
      size = 0;
      await flushed(deflate, message);
      total += webSocketBytes(size - FLUSH_TAIL_BYTES);
    }
    deflate.end();
    await once(deflate, 'close');
    return total;
  }
}

function flushed(deflate: DeflateRaw, message: string): Promise<void> {
  deflate.write(message);
  return new Promise((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
}
