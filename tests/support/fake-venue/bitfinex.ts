import bitfinex from '../../../server/feeds/bitfinex/feed.ts';
import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import type { ScriptTrade, VenueScript } from './script.ts';

const SYMBOLS = ['BTCUSD', 'ETHUSD'] as const;
const CHANNELS = ['ticker', 'trades', 'book'] as const;
type ChannelName = (typeof CHANNELS)[number];

interface Request {
  readonly event: 'conf' | 'subscribe' | 'unsubscribe';
  readonly channel?: ChannelName;
  readonly symbol?: string;
  readonly chanId?: number;
}

const channelOf = (symbol: string, channel: ChannelName): number =>
  1_000 + 10 * SYMBOLS.findIndex((known) => known === symbol) + CHANNELS.indexOf(channel);

const rowOf = ({ id, price, size, timeUs }: ScriptTrade): string =>
  `[${id},${Math.floor(timeUs / 1_000)},${id % 2 === 0 ? '' : '-'}${size},${price}]`;

/** How Bitfinex's WebSocket v2 speaks: arrays of bare numbers keyed by channel, each with the connection's number at its end. */
export function bitfinexScript(): VenueScript {
  const sent: ScriptTrade[] = [];
  let changes = 0;
  const first = (symbol: string, channel: ChannelName): string => {
    const number = channelOf(symbol, channel);
    if (channel === 'ticker') return `[${number},[90.25,30,120.5,20,1.25,0.0126,100.25,163.28908096,130,80]]`;
    if (channel === 'book') return `[${number},[[90.25,2,${changes + 1.5}],[120.5,1,-2]]]`;
    const rows = sent
      .filter((trade) => trade.symbol === symbol)
      .slice(-30)
      .toReversed()
      .map(rowOf);
    return `[${number},[${rows.join(',')}]]`;
  };
  return {
    venue: bitfinex,
    symbols: SYMBOLS,
    noticesLostChanges: true,
    numbered(frame, next) {
      return typeof frame === 'string' && /^\[\d/.test(frame) ? `${frame.slice(0, -1)},${next()}]` : frame;
    },
    greeting: () => ['{"event":"info","version":2,"serverId":"083bd8d4","platform":{"status":1}}'],
    isLogin: (frame) => String(frame).includes('"conf"'),
    answer(frame, refuse): RawFrame[] {
      const { event, channel, symbol: wireSymbol = '', chanId } = JSON.parse(String(frame)) as Request;
      if (event === 'conf') return ['{"event":"conf","status":"OK","flags":65536}'];
      if (event === 'unsubscribe') return [`{"event":"unsubscribed","status":"OK","chanId":${chanId}}`];
      const symbol = wireSymbol.slice(1);
      if (refuse.has(symbol) || !SYMBOLS.some((known) => known === symbol))
        return [
          `{"event":"error","msg":"symbol: invalid","code":10300,"channel":"${channel}","symbol":"${wireSymbol}"}`,
        ];
      const chan = channelOf(symbol, channel!);
      return [
        `{"event":"subscribed","channel":"${channel}","chanId":${chan},"symbol":"${wireSymbol}","pair":"${symbol}"}`,
        first(symbol, channel!),
      ];
    },
    heartbeat: () => [`[${channelOf(SYMBOLS[0], 'ticker')},"hb"]`],
    rest: (path) => (path.startsWith('/v2/conf/') ? JSON.stringify([[...SYMBOLS], []]) : null),
    trade(trade) {
      sent.push(trade);
      return `[${channelOf(trade.symbol, 'trades')},"te",${rowOf(trade)}]`;
    },
    bookChange(symbol) {
      changes += 1;
      return `[${channelOf(symbol, 'book')},[90.25,2,${changes + 1.5}]]`;
    },
    badChecksum: () => null,
    unknownKind: () => '{"event":"horoscope","text":"A good day."}',
    wrongType: (symbol) => `[${channelOf(symbol, 'trades')},"te",["soon",{"amount":1},null,1]]`,
    unknownSymbol: () => '[77,[1,2,3]]',
    plannedShutdown: () => '{"event":"info","code":20051,"msg":"Stopping. Please try to reconnect"}',
    rateLimit: () => '{"event":"error","msg":"ERR_RATE_LIMIT","code":11010}',
  };
}
