import type { Clock } from '../../engine/ports.ts';
import type { CaptureLine } from './capture-lines.ts';
import type { RawFrame } from './ports.ts';
import type { OpenSocket } from './venue-socket.ts';

export interface Tap {
  readonly clock: Clock;
  /** What must not be written: keys of the venue, as they are sent. */
  readonly secrets: readonly string[];
  /** Called for each thing that happens on the wire, in order. */
  readonly onLine: (line: CaptureLine) => void;
}

/** Opens sockets as `open` does, and tells everything that goes over them besides, verbatim but for secrets in what is sent. */
export function tappedSocket(open: OpenSocket, tap: Tap): OpenSocket {
  let count = 0;
  const timeUs = (): number => tap.clock.nowUs();
  return (target, events) => {
    const conn = String(count);
    count += 1;
    const out = (raw: RawFrame): void =>
      tap.onLine({ kind: 'out', conn, timeUs: timeUs(), raw: masked(raw, tap.secrets) });
    const socket = open(target, {
      onOpen() {
        const url = masked(target.url, tap.secrets) as string;
        tap.onLine({ kind: 'open', conn, timeUs: timeUs(), url });
        events.onOpen();
      },
      onFrame(raw) {
        tap.onLine({ kind: 'in', conn, timeUs: timeUs(), raw });
        events.onFrame(raw);
      },
      onPing: () => events.onPing(),
      onClose(reason) {
        tap.onLine({ kind: 'close', conn, timeUs: timeUs(), url: reason });
        events.onClose(reason);
      },
    });
    return {
      send(frame) {
        out(frame);
        socket.send(frame);
      },
      hold: (isHeld) => socket.hold?.(isHeld),
      close: () => socket.close(),
    };
  };
}

/** Asks as `ask` does, and tells the answers besides. */
export function tappedFetch(ask: typeof fetch, tap: Tap): typeof fetch {
  return async (input, init) => {
    const response = await ask(input, init);
    if (!response.ok) return response;
    const body = await response.text();
    const url = masked(input instanceof Request ? input.url : String(input), tap.secrets) as string;
    tap.onLine({ kind: 'rest', url, timeUs: tap.clock.nowUs(), body });
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

/** Secrets replaced by stars of the same number, also where JSON or a URL spells them otherwise. */
function masked(raw: RawFrame, secrets: readonly string[]): RawFrame {
  // Latin-1 keeps every byte of a binary frame, and text of UTF-8 stays findable in it byte by byte.
  const isText = typeof raw === 'string';
  let text = isText ? raw : Buffer.from(raw).toString('latin1');
  for (const secret of secrets) {
    const spellings = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
    for (const spelling of new Set(spellings)) {
      const found = isText ? spelling : Buffer.from(spelling).toString('latin1');
      if (found !== '') text = text.replaceAll(found, '*'.repeat(found.length));
    }
  }
  return isText ? text : new Uint8Array(Buffer.from(text, 'latin1'));
}
