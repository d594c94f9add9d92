import { priceTicks, sizeLots, type BookEvent, type UnixUs } from '#protocol';
import type { RawFrame, VenueConnection, VenueInstrument, VenuePort } from '../venue/ports.ts';
import { dayOf, sidesOf, tradeOf } from './map.ts';
import { confFrame, isPair, isRaw, subscribeFrames, symbolOf, unsubscribeFrame } from './subscribe.ts';
import {
  CHANNELS,
  ERROR_SUBSCRIBED,
  INFO_MAINTENANCE,
  INFO_MAINTENANCE_OVER,
  INFO_RECONNECT,
  parsed,
  SEQUENCE_FLAG,
  TIMESTAMP_FLAG,
  type ChannelName,
  type DataFrame,
  type EventFrame,
  type Info,
  type Refusal,
  type Subscribed,
} from './wire.ts';

interface Channel {
  readonly name: ChannelName;
  readonly symbol: string;
  /** Its first data, the whole book or the latest trades, are in. */
  isBegun: boolean;
}

/**
 * One connection. Invariants: no change of a book reaches the port before the whole book did; each array's sequence number is the one
 * before plus 1, or every symbol of the connection is told to have a gap: the number does not say whose frame is missing.
 */
export class BitfinexConnection implements VenueConnection {
  readonly #port: VenuePort;
  readonly #channels = new Map<string, Channel>();
  readonly #wanted = new Set<string>();
  #isSequenced = false;
  /** Others' captures only: a time in ms stands beside the sequence number. */
  #isStamped = false;
  #sequence: number | null = null;

  constructor(port: VenuePort) {
    this.#port = port;
  }

  onOpen(): void {
    this.#port.send(confFrame());
  }

  onFrame(raw: RawFrame, receiveTimeUs: UnixUs): void {
    const frame = typeof raw === 'string' ? parsed(raw) : null;
    if (frame === null) this.#port.malformed('A frame is neither an array nor an object with an event.');
    else if ('event' in frame) this.#onEvent(frame);
    else {
      if (this.#isNext(frame)) this.#onData(frame, receiveTimeUs);
    }
  }

  subscribe(symbols: readonly string[]): RawFrame[] {
    for (const symbol of symbols) this.#wanted.add(symbol);
    return symbols.flatMap((symbol) => subscribeFrames(symbol));
  }

  unsubscribe(symbols: readonly string[]): RawFrame[] {
    for (const symbol of symbols) this.#wanted.delete(symbol);
    return this.#letGo((channel) => symbols.includes(channel.symbol));
  }

  /** Trades are told apart by id, so it is the book that has to begin anew. */
  resync(symbol: string): RawFrame[] {
    const frames = this.#letGo((channel) => channel.symbol === symbol && channel.name === 'book');
    return [...frames, ...subscribeFrames(symbol, ['book'])];
  }

  #letGo(which: (channel: Channel) => boolean): RawFrame[] {
    const numbers = [...this.#channels].filter(([, channel]) => which(channel)).map(([number]) => number);
    for (const number of numbers) this.#channels.delete(number);
    return numbers.map(unsubscribeFrame);
  }

  #onEvent(frame: EventFrame): void {
    switch (frame.event) {
      case 'info':
        return this.#onInfo(frame);
      case 'conf':
        if (frame.status !== 'OK') return this.#port.fail('Bitfinex refused sequence numbers.', false);
        this.#isSequenced = ((frame.flags ?? 0) & SEQUENCE_FLAG) !== 0;
        this.#isStamped = ((frame.flags ?? 0) & TIMESTAMP_FLAG) !== 0;
        return this.#port.ready();
      case 'subscribed':
        return this.#onSubscribed(frame);
      case 'error':
        return this.#onRefusal(frame);
      case 'unsubscribed':
      case 'auth':
      case 'pong':
        return undefined;
      default:
        return this.#port.unknown(String((frame as { event: unknown }).event));
    }
  }

  #onInfo({ version, platform, code, msg = '' }: Info): void {
    if (version !== undefined && version !== 2)
      return this.#port.fail(`Bitfinex speaks version ${version} here; version 2 is known.`, true);
    if (code === INFO_RECONNECT || code === INFO_MAINTENANCE_OVER)
      return this.#port.rotate(`Bitfinex asks for a new connection (${code}): ${msg}`);
    if (code === INFO_MAINTENANCE || platform?.status === 0)
      return this.#port.fail('Bitfinex is in maintenance.', false);
    return msg === '' ? undefined : this.#port.notice(code === undefined ? msg : `${msg} (${code})`);
  }

  #onSubscribed({ channel: name, chanId, symbol: wireSymbol, key, prec }: Subscribed): void {
    if (typeof key === 'string') return this.#port.unexpected(`channel ${name} of ${key}`);
    if (typeof wireSymbol !== 'string' || !Number.isSafeInteger(chanId))
      return this.#port.malformed('An answer to a subscription names no channel.');
    const symbol = symbolOf(wireSymbol);
    if (!CHANNELS.includes(name) || !isPair(wireSymbol) || isRaw(prec))
      return this.#port.unexpected(`channel ${name} of ${wireSymbol}${prec === undefined ? '' : ` ${prec}`}`);
    // The last viewer went before the answer came.
    if (!this.#wanted.has(symbol) && this.#port.instrument(symbol) === null)
      return this.#port.send(unsubscribeFrame(String(chanId)));
    this.#channels.set(String(chanId), { name, symbol, isBegun: false });
    return this.#port.acknowledged(symbol, name);
  }

  #onRefusal({ code, msg, channel = 'a channel', symbol }: Refusal): void {
    if (code === ERROR_SUBSCRIBED) return;
    if (typeof symbol !== 'string') this.#port.fail(`Bitfinex: ${msg} (${code}).`, false);
    else this.#port.refused(symbolOf(symbol), channel, `${msg} (${code})`);
  }

  /** False for a frame that came before. */
  #isNext(frame: DataFrame): boolean {
    if (!this.#isSequenced) return true;
    const ends = [Number(frame.at(-1)), this.#isStamped ? Number(frame.at(-2)) : Infinity];
    const sequence = Math.min(...ends);
    const last = this.#sequence;
    this.#sequence = sequence;
    if (sequence === last) {
      this.#port.unexpected(`frame ${sequence} again`);
      return false;
    }
    if (last !== null && sequence !== last + 1)
      this.#port.fault({ kind: 'gap', detail: `Frame ${sequence} follows ${last}.` });
    return true;
  }

  #onData(frame: DataFrame, receiveTimeUs: UnixUs): void {
    const [number, payload, row] = frame;
    // Heartbeats of a channel may come before the answer to its subscription.
    if (payload === 'hb') return this.#port.heartbeat();
    const channel = this.#channels.get(number);
    // What was on its way when the channel was let go.
    if (channel === undefined) return this.#port.unexpected(`data of channel ${number}`);
    const instrument = this.#port.instrument(channel.symbol);
    if (instrument === null) return this.#port.unexpected(`${channel.name} of ${channel.symbol}`);
    if (payload === 'te') return this.#onTrade(channel, row, receiveTimeUs);
    // `tu` is the same trade again, written to the venue's store. A checksum is sent to those who ask for it.
    if (payload === 'tu' || payload === 'cs') return undefined;
    if (!Array.isArray(payload)) return this.#port.unknown(`${channel.name} ${String(payload)}`);
    if (channel.name === 'ticker') return this.#onTicker(instrument, payload, receiveTimeUs);
    const rows = rowsOf(payload);
    if (channel.name === 'book') return this.#onBook(channel, instrument, rows, receiveTimeUs);
    channel.isBegun = true;
    // Newest first on the wire.
    for (const trade of rows.toReversed()) this.#onTrade(channel, trade, receiveTimeUs);
    return undefined;
  }

  #onTrade({ symbol }: Channel, row: unknown, receiveTimeUs: UnixUs): void {
    const trade = tradeOf(symbol, row, receiveTimeUs);
    if (trade === null) this.#port.malformed(`A trade of ${symbol} cannot be read.`);
    else this.#port.trade(trade);
  }

  #onBook(
    channel: Channel,
    instrument: VenueInstrument,
    rows: readonly unknown[],
    receiveTimeUs: UnixUs,
  ): void {
    const snapshot = !channel.isBegun;
    const times = { venueTimeUs: receiveTimeUs, receiveTimeUs };
    const book: BookEvent = {
      type: 'book',
      instrument: instrument.id,
      ...times,
      snapshot,
      bids: [],
      asks: [],
    };
    const sides = sidesOf(rows);
    const refused = instrument.levels(sides.bids, book.bids) + instrument.levels(sides.asks, book.asks);
    if (refused > 0) this.#port.malformed(`${refused} levels of ${channel.symbol} are no numbers.`);
    channel.isBegun = true;
    this.#port.event(book);
    if (snapshot) this.#port.live(channel.symbol);
  }

  #onTicker(instrument: VenueInstrument, row: readonly unknown[], receiveTimeUs: UnixUs): void {
    const day = dayOf(row);
    if (day === null)
      return this.#port.malformed(`A ticker of ${instrument.symbol} has ${row.length} fields.`);
    return this.#port.event({
      type: 'statistics',
      instrument: instrument.id,
      venueTimeUs: receiveTimeUs,
      receiveTimeUs,
      high: priceTicks(instrument.price(day.high)),
      low: priceTicks(instrument.price(day.low)),
      volume: sizeLots(instrument.size(day.volume)),
      open: priceTicks(instrument.price(day.open)),
    });
  }
}

/** A snapshot is a list of rows, a change one row. */
function rowsOf(payload: readonly unknown[]): readonly unknown[] {
  return payload.length === 0 || Array.isArray(payload[0]) ? payload : [payload];
}
