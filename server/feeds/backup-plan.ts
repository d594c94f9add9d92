import type { Feed } from '../engine/ports.ts';
import { UserError } from '../errors.ts';
import type { BackupMapping } from './switch-over.ts';

/** A feed that serves the instruments of another while that one is not well. */
export interface BackupPlan {
  readonly primary: Feed;
  /** One of the feeds, which is then served by itself as well, or one that is only a backup. */
  readonly backup: Feed;
  readonly mapping: BackupMapping;
}

/** The same by name. */
export interface NamedBackup {
  readonly primary: string;
  readonly backup: string;
  /** Symbol of the primary by symbol of the backup. */
  readonly symbols: Map<string, string>;
}

/**
 * What `--backup` says: pairs, or one name where only one feed is there to be backed.
 * @param feeds as `--feed` names them @throws UserError for what is no pair, and for backups of backups
 */
export function readBackups(texts: readonly string[], feeds: readonly string[]): NamedBackup[] {
  const plans = new Map<string, NamedBackup>();
  const isSole = feeds.length === 1;
  for (const text of texts) {
    const pair = isSole && !text.includes('=') ? `${feeds[0]!}=${text}` : text;
    const [left, right, more] = pair.split('=');
    if (!left || !right || more !== undefined)
      throw new UserError(`--backup is ${text}, but must be a pair such as coinbase=kraken.`);
    const [primary, symbol] = named(left);
    const [backup, backupSymbol] = named(right);
    if ((symbol === '') !== (backupSymbol === ''))
      throw new UserError(`--backup ${text} names a symbol on one side only.`);
    const known = plans.get(primary);
    if (primary === backup || (known !== undefined && known.backup !== backup))
      throw new UserError(`${primary} can have one backup, which is another feed: not ${text}.`);
    const plan = known ?? { primary, backup, symbols: new Map<string, string>() };
    plans.set(primary, plan);
    if (symbol !== '') plan.symbols.set(backupSymbol, symbol);
  }
  const all = [...plans.values()];
  const chained = all.find(
    ({ backup }) => plans.has(backup) || all.filter((plan) => plan.backup === backup).length > 1,
  );
  if (chained !== undefined)
    throw new UserError(`${chained.backup} can be the backup of one feed, and has none itself.`);
  return all;
}

/** `coinbase:BTC-USD` -> coinbase, BTC-USD; the name of a ccxt feed has a colon of its own. */
function named(text: string): [feed: string, symbol: string] {
  const start = text.startsWith('ccxt:') ? 'ccxt:'.length : 0;
  const at = text.indexOf(':', start);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
