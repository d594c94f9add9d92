import { describe, expect, it } from 'vitest';
import type { CaptureLine } from '../../../../../server/feeds/venue/capture-lines.ts';
import { tappedFetch, tappedSocket } from '../../../../../server/feeds/venue/socket-tap.ts';
import type { OpenSocket, SocketEvents } from '../../../../../server/feeds/venue/venue-socket.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

function tapped(secrets: string[]) {
  const lines: CaptureLine[] = [];
  const sent: unknown[] = [];
  const heard: unknown[] = [];
  const clock = new ManualClock();
  let peer!: SocketEvents;
  const open: OpenSocket = (_, events) => {
    peer = events;
    return { send: (frame) => sent.push(frame), close: () => undefined };
  };
  const tap = { clock, secrets, onLine: (line: CaptureLine) => void lines.push(line) };
  const socket = tappedSocket(open, tap)(
    { url: 'wss://x/?token=s%2Fcret', headers: {}, subprotocol: '', frameBytesMax: 1 },
    {
      onOpen: () => heard.push('open'),
      onFrame: (frame) => heard.push(frame),
      onPing: () => heard.push('ping'),
      onClose: (reason) => heard.push(reason),
    },
  );
  return { lines, sent, heard, clock, peer, socket, tap };
}

describe('a tapped socket', () => {
  it('passes everything on and writes it down with its time', () => {
    const { lines, sent, heard, clock, peer, socket } = tapped([]);
    peer.onOpen();
    clock.advance(5);
    socket.send('hello');
    peer.onPing();
    peer.onFrame('{"a":1.50}');
    peer.onClose('closed with 1006');
    expect(sent).toEqual(['hello']);
    expect(heard).toEqual(['open', 'ping', '{"a":1.50}', 'closed with 1006']);
    expect(lines.map((line) => line.kind)).toEqual(['open', 'out', 'in', 'close']);
    expect(lines[1]!.timeUs - lines[0]!.timeUs).toBe(5_000);
  });

  it('sends keys and writes stars', () => {
    const { lines, sent, peer, socket } = tapped(['s/cret', 'quo"te']);
    peer.onOpen();
    const text = JSON.stringify({ key: 's/cret', other: 'quo"te' });
    const bytes = new Uint8Array(Buffer.concat([Buffer.from([0xc1, 0xff]), Buffer.from('s/cret')]));
    socket.send(text);
    socket.send(bytes);
    expect(sent).toEqual([text, bytes]);
    expect(JSON.stringify(lines)).not.toMatch(/cret|quo/);
    expect(lines[1]).toMatchObject({ raw: '{"key":"******","other":"*******"}' });
    expect(lines[2]).toMatchObject({ raw: new Uint8Array([0xc1, 0xff, 42, 42, 42, 42, 42, 42]) });
    expect(lines[0]).toMatchObject({ url: 'wss://x/?token=********' });
  });

  it('writes answers of REST down, and leaves refusals to who asked', async () => {
    const { tap, lines } = tapped([]);
    const ask = tappedFetch(
      (async (url: string) =>
        url.endsWith('a') ? new Response('[1]') : new Response('', { status: 429 })) as typeof fetch,
      tap,
    );
    expect(await (await ask('https://x/a')).text()).toBe('[1]');
    expect((await ask('https://x/b')).status).toBe(429);
    expect(lines).toMatchObject([{ kind: 'rest', url: 'https://x/a', body: '[1]' }]);
  });
});
