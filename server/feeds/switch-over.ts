import {
  instrumentId,
  type GapMark,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
} from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import { BackupPair, type Side } from './backup-pair.ts';
import { LifeRhythm } from './life-rhythm.ts';
import { plainSymbol } from './plain-symbol.ts';
import type { SupervisedSink } from './supervisor.ts';

/** How often both are compared. */
const LOOK_MS = 250;
/** A fault that heals by itself is not worth a change of venue. */
const PATIENCE_US = 1_500_000;
/**
 * A primary without any sign of life for this long, while the backup lives, is taken for dead: with the look, under 3 s. One that was
 * quiet for longer while it was well is given longer.
 */
const SILENCE_US = 2_500_000;
/** The primary serves again when it was well for this long. */
const HEALTHY_US = 10_000_000;

/** A primary that is not there so long after the start has its backup under its name, and is served by it a little later. */
const AWAY_US = 1_000_000;
const AWAY_SERVE_US = 2_000_000;

/** How the names of two venues go together. */
export interface BackupMapping {
  /** Symbol of the primary by symbol of the backup; empty = by their plain names. */
  readonly symbols: ReadonlyMap<string, string>;
}

/**
 * Stands between two feeds and the engine, for the instruments that both have: the primary serves while it is well, the backup within
 * 3 s when it is not. It runs neither.
 *
 * Invariant: an instrument of the primary that has a backup is served by one of the two, and its trust is that one's.
 */
export class SwitchOver {
  readonly #clock: Clock;
  readonly #sink: SupervisedSink;
  readonly #mapping: BackupMapping;
  /** What the backup's instruments are known as besides; null = it is only a backup. */
  readonly #backupSink: SupervisedSink | null;
  /** When each last showed that it lives. */
  readonly #lifeUs: (side: Side) => number;
  /** Told when an instrument of the primary has found its backup: whoever wants the one wants the other from then on. */
  readonly #onPaired: (primary: InstrumentId) => void;
  /** By plain name: the first symbol of each side that is spelled so. Another of the same letters has no partner. */
  readonly #pairs = new Map<string, BackupPair>();
  readonly #all = new Set<BackupPair>();
  /** Plain names of the primary's that a mapping gives away by symbol. */
  readonly #mapped: ReadonlySet<string>;
  readonly #bySymbol: Record<Side, Map<string, BackupPair>> = { primary: new Map(), backup: new Map() };
  readonly #ofPrimary = new Map<InstrumentId, BackupPair>();
  readonly #ofBackup = new Map<InstrumentId, BackupPair>();
  readonly #backupIds = new Map<string, InstrumentId>();
  readonly #backupOf = new Map<BackupPair, InstrumentId>();
  readonly #rhythm = new LifeRhythm();
  readonly #startUs: number;
  readonly #venue: string;
  /** What the primary is going to make known: symbol by plain name. */
  readonly #expected: ReadonlyMap<string, string>;
  readonly #onArrived: (primary: InstrumentId) => void;
  readonly #cancelLook: Cancel;

  constructor(options: {
    clock: Clock;
    sink: SupervisedSink;
    mapping: BackupMapping;
    backupSink: SupervisedSink | null;
    lifeUs: (side: Side) => number;
    onPaired?: (primary: InstrumentId) => void;
    /** The primary, as far as it is known before it has started; absent = nothing stands in for it until it comes. */
    primary?: { readonly venue: string; readonly expects?: readonly string[] };
    /** Told when the primary makes an instrument known that the backup stood in for. */
    onArrived?: (primary: InstrumentId) => void;
  }) {
    this.#clock = options.clock;
    this.#sink = options.sink;
    this.#mapping = options.mapping;
    this.#backupSink = options.backupSink;
    this.#lifeUs = options.lifeUs;
    this.#onPaired = options.onPaired ?? (() => undefined);
    this.#venue = options.primary?.venue ?? '';
    this.#onArrived = options.onArrived ?? (() => undefined);
    const expected = [...(options.primary?.expects ?? []), ...options.mapping.symbols.values()];
    this.#expected = new Map(
      options.primary === undefined ? [] : expected.map((symbol) => [plainSymbol(symbol), symbol]),
    );
    this.#mapped = new Set([...options.mapping.symbols.values()].map(plainSymbol));
    this.#startUs = options.clock.nowUs();
    this.#cancelLook = options.clock.every(LOOK_MS, () => this.look());
  }

  /** Instruments that the backup serves now. */
  get serving(): number {
    return [...this.#all].filter(({ serving }) => serving === 'backup').length;
  }

  /** The backup's instruments for these of the primary. */
  backupsOf(instruments: readonly InstrumentId[]): InstrumentId[] {
    return instruments
      .map((id) => this.#backupOf.get(this.#ofPrimary.get(id)!))
      .filter((id) => id !== undefined);
  }

  /** The primary's instrument that one of the backup's stands in for; undefined = none. */
  primaryOf(backup: InstrumentId): InstrumentId | undefined {
    return this.#ofBackup.get(backup)?.id ?? undefined;
  }

  /** These of the primary are asked for from now on: what neither had before is no fault yet. */
  asked(instruments: readonly InstrumentId[]): void {
    const nowUs = this.#clock.nowUs();
    for (const id of instruments) this.#ofPrimary.get(id)?.asked(nowUs);
  }

  /** Nobody wants these of the primary any more. */
  left(instruments: readonly InstrumentId[]): void {
    for (const id of instruments) {
      const pair = this.#ofPrimary.get(id);
      if (pair === undefined) continue;
      pair.isWanted = false;
      pair.serve('primary', this.#clock.nowUs());
    }
  }

  /** What the primary's supervisor passes on to. */
  readonly primary: SupervisedSink = {
    define: (definition) => {
      const pair = this.#pairOf('primary', definition.symbol, plainSymbol(definition.symbol));
      const isNew = pair.primary.definition === null;
      const stoodIn = pair.id !== null;
      pair.define('primary', definition);
      const id = pair.id!;
      this.#ofPrimary.set(id, pair);
      if (isNew && stoodIn) this.#onArrived(id);
      if (isNew && pair.backup.definition !== null) this.#onPaired(id);
      return id;
    },
    onEvent: (event) => this.#onEvent('primary', this.#ofPrimary.get(event.instrument), event),
    onTrust: (id, reason) => this.#ofPrimary.get(id)?.trust('primary', reason, this.#clock.nowUs()),
    onGap: (mark) => this.#onGap('primary', this.#ofPrimary, mark, this.#sink),
  };

  /** What the backup's supervisor passes on to. */
  readonly backup: SupervisedSink = {
    define: (definition) => {
      const id = this.#backupSink?.define(definition) ?? this.#ownId(definition);
      const pair = this.#pairOf('backup', definition.symbol, this.#primaryName(definition.symbol));
      const isNew = pair.backup.definition === null;
      pair.define('backup', definition);
      this.#ofBackup.set(id, pair);
      this.#backupOf.set(pair, id);
      if (isNew && pair.id !== null) this.#onPaired(pair.id);
      return id;
    },
    onEvent: (event) => {
      this.#onEvent('backup', this.#ofBackup.get(event.instrument), event);
      this.#backupSink?.onEvent(event);
    },
    onTrust: (id, reason) => {
      this.#ofBackup.get(id)?.trust('backup', reason, this.#clock.nowUs());
      this.#backupSink?.onTrust?.(id, reason);
    },
    onGap: (mark) => {
      if (mark.instrument !== undefined) this.#onGap('backup', this.#ofBackup, mark, null);
      this.#backupSink?.onGap?.(mark);
    },
  };

  look(): void {
    const nowUs = this.#clock.nowUs();
    if (nowUs - this.#startUs >= AWAY_US) this.#standIn();
    const lifeUs = Math.max(this.#startUs, this.#lifeUs('primary'));
    const isUp = [...this.#all].some(({ primary, isWanted }) => isWanted && primary.distrust === '');
    this.#rhythm.note(this.#lifeUs('primary'), isUp, nowUs);
    const silenceUs = this.#rhythm.silenceUs(SILENCE_US);
    const hasBackup = nowUs - this.#lifeUs('backup') < SILENCE_US;
    for (const pair of this.#all) {
      const { primary, backup } = pair;
      if (backup.definition === null || pair.id === null || !pair.isWanted) continue;
      const canBackup = backup.distrust === '';
      // It may only be slow to start.
      if (primary.definition === null && nowUs - this.#startUs < AWAY_SERVE_US) continue;
      const isSilent = hasBackup && nowUs - Math.max(lifeUs, pair.askedUs) >= silenceUs;
      if (pair.serving === 'primary') {
        const isBad = primary.distrust !== '' && nowUs - primary.sinceUs >= PATIENCE_US;
        if (canBackup && (isBad || isSilent)) pair.serve('backup', nowUs, true);
      } else {
        const isWell = primary.distrust === '' && !isSilent;
        if ((isWell && nowUs - primary.sinceUs >= HEALTHY_US) || (isWell && !canBackup))
          pair.serve('primary', nowUs, !canBackup);
      }
    }
  }

  close(): void {
    this.#cancelLook();
  }

  /** Gives what the backup has the names that the primary will have for it. */
  #standIn(): void {
    for (const [plain, symbol] of this.#expected) {
      const pair = this.#pairs.get(plain);
      if (pair === undefined || pair.id !== null || pair.backup.definition === null) continue;
      pair.standIn(this.#venue, symbol);
      this.#bySymbol.primary.set(symbol, pair);
      this.#ofPrimary.set(pair.id!, pair);
      this.#onPaired(pair.id!);
    }
  }

  /** @param whole takes gaps of the whole feed */
  #onGap(
    side: Side,
    pairs: ReadonlyMap<InstrumentId, BackupPair>,
    mark: GapMark,
    whole: SupervisedSink | null,
  ): void {
    if (mark.instrument === undefined) whole?.onGap?.(mark);
    else pairs.get(mark.instrument)?.gap(side, mark);
  }

  #onEvent(side: Side, pair: BackupPair | undefined, event: MarketEvent): void {
    if (pair === undefined) return;
    // A source that brings something without a word about trust is trusted.
    if (pair[side].sinceUs === 0) pair.trust(side, '', this.#clock.nowUs());
    pair.event(side, event);
  }

  /** @param plain the name under which the two sides meet; null = the symbol has no partner */
  #pairOf(side: Side, symbol: string, plain: string | null): BackupPair {
    const known = this.#bySymbol[side].get(symbol);
    if (known !== undefined) return known;
    const met = plain === null ? undefined : this.#pairs.get(plain);
    // Two instruments behind one would show each other's prices.
    const isFree = met !== undefined && met[side].definition === null;
    const pair = isFree ? met : new BackupPair(this.#sink);
    if (plain !== null && met === undefined) this.#pairs.set(plain, pair);
    this.#all.add(pair);
    this.#bySymbol[side].set(symbol, pair);
    return pair;
  }

  /** What is mapped by symbol is not also paired by name. */
  #primaryName(backupSymbol: string): string | null {
    const mapped = this.#mapping.symbols.get(backupSymbol);
    if (mapped !== undefined) return plainSymbol(mapped);
    const plain = plainSymbol(backupSymbol);
    return this.#mapped.has(plain) ? null : plain;
  }

  #ownId(definition: InstrumentDefinition): InstrumentId {
    const known = this.#backupIds.get(definition.symbol);
    if (known !== undefined) return known;
    const id = instrumentId(this.#backupIds.size);
    this.#backupIds.set(definition.symbol, id);
    return id;
  }
}
