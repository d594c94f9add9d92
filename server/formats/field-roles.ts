/** What a column can be in a table of trades, quotes or bars. */
export const FIELD_ROLES = [
  ...['time', 'received', 'end', 'date', 'price', 'size', 'side', 'maker', 'id', 'symbol', 'venue'],
  ...['bid', 'bidSize', 'ask', 'askSize', 'open', 'high', 'low', 'close', 'volume', 'interval'],
] as const satisfies readonly string[];
export type FieldRole =
  | 'time'
  | 'received'
  | 'end'
  | 'date'
  | 'price'
  | 'size'
  | 'side'
  | 'maker'
  | 'id'
  | 'symbol'
  | 'venue'
  | 'bid'
  | 'bidSize'
  | 'ask'
  | 'askSize'
  | 'open'
  | 'high'
  | 'low'
  | 'close'
  | 'volume'
  | 'interval';

export function isFieldRole(text: string): text is FieldRole {
  return (FIELD_ROLES as readonly string[]).includes(text);
}

/** Header words by what they stand for, the plainest first. `bidPrice`, `Bid Price` and `bid_price` are the same word. */
const WORDS: Readonly<Record<FieldRole, string>> = {
  time:
    'timestamp time time_m ts_event datetime date_time event_time exchange_time exchange_timestamp trade_time transact_time ' +
    'transaction_time start_time open_time time_open bar_start ts t date dt epoch unix unix_time timestamp_utc time_utc ' +
    'datetime_utc date_utc gmt_time local_time timestamp_ms timestamp_us timestamp_ns time_ms time_us time_ns ts_ms ts_us ts_ns created_at',
  received:
    'local_timestamp ts_recv ts_init receive_time received_time received_at recv_time receive_timestamp recv_ts',
  end: 'end_time bar_end time_close',
  date: 'trade_date trading_day day dtyyyymmdd',
  price:
    'price px trade_price last_price last_px last rate p deal_price execution_price exec_price fill_price',
  size:
    'size amount qty quantity trade_size trade_qty last_size last_qty sz volume vol trade_volume base_qty base_amount q ' +
    'executed_qty exec_qty fill_size contracts shares',
  side: 'side taker_side aggressor_side aggressor direction trade_side order_side trade_type type s',
  maker: 'is_buyer_maker buyer_maker buyer_is_maker m',
  id: 'trade_id id tid tradeid agg_trade_id exec_id execution_id match_id trd_match_id a',
  symbol:
    'symbol instrument instrument_id instrument_name pair ticker market product product_id sym contract act_symbol sym_root secid security security_id stock stock_id asset asset_id coin ric isin cusip figi permno tic name',
  venue: 'exchange venue source exchange_name market_center',
  bid: 'bid bid_price best_bid best_bid_price bid_px bid_px_00 bidprice bp bid1 bid_price_1 bid_1',
  bidSize:
    'bid_size bid_qty bid_amount bid_volume bid_vol best_bid_size best_bid_qty best_bid_amount bid_sz bid_sz_00 bid_quantity bs bid_size_1',
  ask: 'ask ask_price best_ask best_ask_price ask_px ask_px_00 offer offer_price askprice ap ask1 ask_price_1 ask_1',
  askSize:
    'ask_size ask_qty ask_amount ask_volume ask_vol best_ask_size best_ask_qty best_ask_amount ask_sz ask_sz_00 ask_quantity as ask_size_1 offer_size',
  open: 'open o open_price first_price',
  high: 'high h high_price max_price',
  low: 'low l low_price min_price',
  close: 'close c close_price close_last settle',
  volume: 'volume vol v volume_base base_volume tick_volume tickvol real_volume amount qty total_volume',
  interval: 'interval_s interval_seconds interval timeframe bar_seconds',
};
const WORDS_OF = Object.entries(WORDS).map(([role, words]) => [role as FieldRole, words.split(' ')] as const);

/** `<DATE>`, `Bid Price`, `bidPrice (USD)` and `bid-price` as words of small letters between underscores. */
export function headerWord(name: string): string {
  return name
    .replace(/\([^)]*\)|\[[^\]]*\]/g, '')
    .replace(/^\s*\d+\.\s+/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

const PRICES = ['open', 'high', 'low', 'close'] as const;

export type TableKind = 'trades' | 'quotes' | 'bars';

/** Which events rows of these roles are. Null when something is missing for each kind. */
export function tableKind(has: (role: FieldRole) => boolean): TableKind | null {
  if (!has('time') && !has('end')) return null;
  if (PRICES.every((role) => has(role))) return 'bars';
  if (!has('time')) return null;
  if (has('price') && has('size')) return 'trades';
  return has('bid') || has('ask') ? 'quotes' : null;
}

const ROLES_OF_KIND: Readonly<Record<TableKind, readonly FieldRole[]>> = {
  trades: ['time', 'received', 'date', 'price', 'size', 'side', 'maker', 'id', 'symbol', 'venue'],
  quotes: ['time', 'received', 'date', 'bid', 'bidSize', 'ask', 'askSize', 'symbol', 'venue'],
  bars: ['time', 'end', 'date', ...PRICES, 'volume', 'interval', 'symbol', 'venue'],
};

export const isRoleOfKind = (role: FieldRole, kind: TableKind): boolean => ROLES_OF_KIND[kind].includes(role);

/**
 * What columns are by their names: the column of each role. A name serves one role, and the kind that the roles make decides which
 * are left (`volume` is the size of a trade, or that of a bar).
 * @param isEmpty whether no row has anything in a column: MetaTrader's ticks have one of last prices also where the market has none
 */
export function rolesOfHeader(
  names: readonly string[],
  isEmpty: (column: number) => boolean = () => false,
): Map<FieldRole, number> {
  const words = names.map(headerWord);
  const found = new Map<FieldRole, number>();
  for (const [role, wanted] of WORDS_OF) {
    const word = wanted.find((one) => words.includes(one));
    if (word !== undefined) found.set(role, words.indexOf(word));
  }
  // Volume BTC, Volume USD: that of the base stands first.
  const volume = words.findIndex((word) => word.startsWith('volume_'));
  if (volume !== -1 && !found.has('volume')) found.set('volume', volume);
  const hasQuotes = [found.get('bid'), found.get('ask')].some(
    (column) => column !== undefined && !isEmpty(column),
  );
  if (hasQuotes && isEmpty(found.get('price') ?? -1)) found.delete('price');
  // MetaTrader and others have the date beside the time of day.
  const date = words.indexOf('date');
  if (date !== -1 && found.get('time') !== date) found.set('date', date);
  // Sierra Chart and investing.com call it so.
  const close = words.findIndex((word) => word === 'last' || word === 'price');
  const isBar = ['open', 'high', 'low'].every((role) => found.has(role as FieldRole));
  if (isBar && close !== -1 && !found.has('close') && !found.has('bid')) found.set('close', close);
  // Levels of a book have a price and an amount too, and are no trades.
  if (words.includes('is_snapshot')) found.delete('price');
  const kind = tableKind((role) => found.has(role));
  if (kind === null) return found;
  for (const role of [...found.keys()]) if (!isRoleOfKind(role, kind)) found.delete(role);
  if (kind === 'bars' && found.has('time')) found.delete('end');
  return found;
}
