/** The payloads of the WebSocket messages in a server's bytes, copied: the bytes may lie in memory that is used again. */
export function messagesIn(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const short = bytes[at + 1]!;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    const size = short < 126 ? short : short === 126 ? view.getUint16(at + 2) : view.getUint32(at + 6);
    messages.push(new Uint8Array(bytes.subarray(at + head, at + head + size)));
    at += head + size;
  }
  return messages;
}
