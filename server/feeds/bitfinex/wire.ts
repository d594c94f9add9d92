import { NumberText } from '../number-text.ts';

/**
 * Frames of Bitfinex's WebSocket v2 as they are on the wire: https://docs.bitfinex.com/docs/ws-general
 *
 * BF1 Data are arrays keyed by the number of a channel. Numbers are bare, so they are read as text: `[225206,[279380,1,0.0089],19]` comes
 *     as `["225206",["279380","1","0.0089"],"19"]`.
 * BF2 Flag 65536: each array ends in the connection's sequence number, heartbeats included. (1,670 of a capture without a hole.)
 * BF3 A heartbeat each 15 s a channel. It may come before the answer to the channel's subscription (2 of 21 channels of a capture).
 * BF4 book: "when count = 0 then you have to delete the price level"; a positive amount is a bid. The first array is the whole book.
 * BF5 trades: `te` when it happens, `tu` the same again when it is stored; the first array is the latest, newest first. A positive amount
 *     was bought.
 * BF6 ticker: sizes are sums of 25 levels, so it makes no quote; volumes are float sums and are cut to 8 decimals.
 * BF7 20051 asks for a new connection, 20060 and status 0 are maintenance, 20061 its end; 10301: subscribed already.
 */
export type DataFrame = readonly [
  channel: string,
  payload: Payload | 'hb' | 'te' | 'tu' | 'cs',
  ...unknown[],
];
export type Payload = readonly string[] | readonly (readonly string[])[];

/** `{"event":"info","version":2,"serverId":"083bd8d4-...","platform":{"status":1}}`: status 0 is maintenance. */
export interface Info {
  readonly event: 'info';
  readonly version?: number;
  readonly platform?: { readonly status: number };
  readonly code?: number;
  readonly msg?: string;
}

/** `{"event":"conf","status":"OK","flags":65536}` */
export interface Conf {
  readonly event: 'conf';
  readonly status: string;
  readonly flags?: number;
}

/** `{"event":"subscribed","channel":"ticker","chanId":232949,"symbol":"tBFTUSD","pair":"BFTUSD"}` */
export interface Subscribed {
  readonly event: 'subscribed';
  readonly channel: ChannelName;
  readonly chanId: number;
  readonly symbol: string;
  /** Of a book: `P0` to `P4`, or `R0`, whose rows are orders. */
  readonly prec?: string;
  /** In place of a symbol, of channels that nobody asks for: candles, status. */
  readonly key?: string;
}

/** `{"event":"error","msg":"symbol: invalid","code":10300,"channel":"ticker","symbol":"tNONE"}` */
export interface Refusal {
  readonly event: 'error';
  readonly msg: string;
  readonly code: number;
  readonly channel?: string;
  readonly symbol?: string;
}

export type EventFrame =
  Info | Conf | Subscribed | Refusal | { readonly event: 'unsubscribed' | 'pong' | 'auth' };

export const CHANNELS = ['ticker', 'trades', 'book'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** Every frame carries a sequence number. https://docs.bitfinex.com/docs/ws-general#configuration */
export const SEQUENCE_FLAG = 65_536;
/** Every frame carries a time in ms. */
export const TIMESTAMP_FLAG = 32_768;
/** https://docs.bitfinex.com/docs/ws-general#info-messages */
export const INFO_RECONNECT = 20_051;
export const INFO_MAINTENANCE = 20_060;
export const INFO_MAINTENANCE_OVER = 20_061;
/** The subscription is there already. https://docs.bitfinex.com/docs/abbreviations-glossary */
export const ERROR_SUBSCRIBED = 10_301;

const NUMBERS = new NumberText();

/** Numbers of data stay the text that they are on the wire; those of events are codes and counts. Null for what is none of the above. */
export function parsed(raw: string): DataFrame | EventFrame | null {
  const value = raw.startsWith('[') ? NUMBERS.parse(raw) : parsedEvent(raw);
  if (Array.isArray(value)) return value.length >= 2 ? (value as unknown as DataFrame) : null;
  return typeof value === 'object' && value !== null && 'event' in value ? (value as EventFrame) : null;
}

function parsedEvent(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}
