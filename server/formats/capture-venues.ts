import { CaptureLines, mayBeCapture, type CaptureLine } from '../feeds/venue/capture-lines.ts';
import type { Venue } from '../feeds/venue/ports.ts';
import { loadVenue, type VenueName } from '../feeds/venues.ts';

const HEAD_BYTES = 65_536;
const HEAD_LINES_MAX = 32;
/** Host of a connection, as captures of today and of some years ago name it. */
const HOSTS: readonly (readonly [RegExp, VenueName])[] = [
  [/(?:^|\.)(?:exchange\.coinbase|pro\.coinbase)\.com$/, 'coinbase'],
  [/(?:^|\.)kraken\.com$/, 'kraken'],
  [/(?:^|\.)bitstamp\.net$/, 'bitstamp'],
  [/(?:^|\.)gemini\.com$/, 'gemini'],
  [/(?:^|\.)bitfinex\.com$/, 'bitfinex'],
  [/(?:^|\.)alpaca\.markets$/, 'alpaca'],
];

/** How a frame begins or what it holds, for captures that name no host. */
const SHAPES: readonly (readonly [RegExp, VenueName])[] = [
  [
    /^\{"type":\s*"(?:snapshot|l2update|ticker|match|last_match|heartbeat|subscriptions)".*"product_ids?":/,
    'coinbase',
  ],
  // Advanced Trade, which the adapter refuses by its name.
  [/^\{"channel":\s*"\w+",\s*"client_id":/, 'coinbase'],
  [/^\{"channel":\s*"(?:book|trade|ticker|instrument|status|heartbeat)"/, 'kraken'],
  [/^\[\d+,.*"(?:book-\d+|trade|ticker|spread|ohlc-\d+)",\s*"[A-Z0-9]+\/[A-Z0-9]+"\]$/, 'kraken'],
  [/"channel":\s*"(?:live_trades|live_orders|order_book|diff_order_book|detail_order_book)_/, 'bitstamp'],
  [/^\{"type":\s*"l2_updates",\s*"symbol":/, 'gemini'],
  [/^\[\{"T":\s*"(?:[a-z]|success|subscription|error)"/, 'alpaca'],
  [/^\{"event":\s*"info",\s*"version":\s*2,.*"platform":/, 'bitfinex'],
];

/** Whose frames a file holds, by the host of its first connection or by its first frames; null where nobody says. */
export function captureVenue(head: Uint8Array): VenueName | null {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES)).toString('utf8');
  if (!mayBeCapture(text)) return null;
  const lines = new CaptureLines();
  for (const line of text.split('\n', HEAD_LINES_MAX)) {
    const venue = venueOf(lines.read(line));
    if (venue !== null) return venue;
  }
  return null;
}

export function venueOf(line: CaptureLine | null): VenueName | null {
  if (line === null) return null;
  if (line.kind === 'open') {
    const host = URL.parse(line.url)?.hostname ?? '';
    return HOSTS.find(([pattern]) => pattern.test(host))?.[1] ?? null;
  }
  if (line.kind !== 'in' || !('raw' in line)) return null;
  if (typeof line.raw === 'string') return venueOfFrame(line.raw.slice(0, HEAD_BYTES));
  // A list in MessagePack: the others send text.
  const [first = 0] = line.raw;
  return (first >= 0x90 && first <= 0x9f) || first === 0xdc || first === 0xdd ? 'alpaca' : null;
}

export function venueOfFrame(frame: string): VenueName | null {
  return SHAPES.find(([pattern]) => pattern.test(frame))?.[1] ?? null;
}

/** The adapters that read captures, that of the first frames first. */
export async function captureVenues(first: VenueName): Promise<ReadonlyMap<VenueName, Venue>> {
  const names = new Set([first, ...HOSTS.map(([, name]) => name)]);
  return new Map(await Promise.all([...names].map(async (name) => [name, await loadVenue(name)] as const)));
}
