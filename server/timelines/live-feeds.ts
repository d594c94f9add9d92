import type { FeedStatus, InstrumentId, UnixUs, WireBar } from '#protocol';
import type { Cancel, Clock, Feed } from '../engine/ports.ts';
import type { BackupPlan } from '../feeds/backup-plan.ts';
import { Demand } from '../feeds/demand.ts';
import { InstrumentOwners } from '../feeds/instrument-owners.ts';
import { FeedSupervisor, type SupervisedSink } from '../feeds/supervisor.ts';
import { SwitchOver } from '../feeds/switch-over.ts';

/** What an operator is told of a feed beyond its status. */
export interface FeedDetails extends FeedStatus {
  /** Newest last. */
  readonly problems: readonly { readonly timeUs: UnixUs; readonly message: string }[];
}

/** How long the start waits for a feed whose backup has started. */
const PRIMARY_PATIENCE_MS = 500;

interface Backed {
  readonly plan: BackupPlan;
  readonly switchOver: SwitchOver;
  readonly primary: FeedSupervisor;
  readonly backup: FeedSupervisor;
}

/**
 * The feeds of the live timeline: each under its supervisor, backups between them and the engine, and demand from the engine's ids to
 * whoever brings them. It holds no prices.
 */
export class LiveFeeds {
  readonly demand: Demand;
  readonly #supervisors: FeedSupervisor[] = [];
  readonly #backed: Backed[] = [];
  readonly #ownerOf = new Map<InstrumentId, FeedSupervisor>();
  readonly #owners = new InstrumentOwners();
  /** What feeds are to be told soon: an instrument may be wanted while its feed is in the midst of making it known. */
  readonly #changed = new Map<InstrumentId, boolean>();
  /** Instruments that found their backup since: it may have become known long after somebody wanted them. */
  readonly #paired = new Set<InstrumentId>();
  /** Instruments that a primary has made known since, and that its backup stood in for. */
  readonly #arrived = new Set<InstrumentId>();
  #telling: Cancel | null = null;
  readonly #clock: Clock;
  readonly #sink: SupervisedSink;
  readonly #onProblem: (sentence: string) => void;
  /** Every instrument is wanted from the start on. */
  readonly #isAlways: boolean;
  /** Feeds whose instruments are shown as their own. */
  readonly #shown: ReadonlySet<Feed>;

  constructor(options: {
    clock: Clock;
    feeds: readonly Feed[];
    backups: readonly BackupPlan[];
    sink: SupervisedSink;
    onProblem: (sentence: string) => void;
    subscribe: 'demand' | 'always';
  }) {
    const { clock, feeds, backups } = options;
    this.#clock = clock;
    this.#sink = options.sink;
    this.#onProblem = options.onProblem;
    this.#shown = new Set(feeds);
    this.#isAlways = options.subscribe === 'always';
    this.demand = new Demand({
      clock,
      onWanted: (ids) => this.#note(ids, true),
      onUnwanted: (ids) => this.#note(ids, false),
    });
    for (const feed of feeds) if (!backups.some(({ backup }) => backup === feed)) this.#add(feed, backups);
    // A feed that is also a backup was made with its primary.
    for (const feed of feeds)
      if (!this.#supervisors.some((known) => known.feed === feed)) this.#add(feed, []);
  }

  async start(): Promise<void> {
    const starts = new Map(this.#supervisors.map((supervisor) => [supervisor, supervisor.start()]));
    for (const { primary, backup } of this.#backed) {
      // Who has a backup is not waited for long once that is there.
      const patience = starts.get(backup)!.then(() => this.#afterPatience());
      starts.set(primary, Promise.race([starts.get(primary)!, patience]));
    }
    await Promise.all(starts.values());
  }

  #afterPatience(): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(PRIMARY_PATIENCE_MS, resolve));
  }

  status(): FeedStatus[] {
    return this.#supervisors.map((supervisor) => {
      const status = supervisor.status();
      const backed = this.#backed.find(({ backup }) => backup === supervisor);
      if (backed === undefined) return status;
      return { ...status, backup: { of: backed.plan.primary.name, serving: backed.switchOver.serving } };
    });
  }

  details(): FeedDetails[] {
    const problems = this.#supervisors.map((supervisor) => supervisor.problems);
    return this.status().map((status, at) => ({ ...status, problems: problems[at]! }));
  }

  /** Null = there is no such feed; false = it can be started only once. */
  restart(name: string): Promise<boolean> | null {
    return this.#supervisors.find(({ feed }) => feed.name === name)?.restart() ?? null;
  }

  async history(id: InstrumentId, intervalS: number, beforeS: number, count: number): Promise<WireBar[]> {
    return (await this.#ownerOf.get(id)?.feed.history?.(id, intervalS, beforeS, count)) ?? [];
  }

  async close(): Promise<void> {
    this.demand.close();
    this.#telling?.();
    for (const { switchOver } of this.#backed) switchOver.close();
    await Promise.all(this.#supervisors.map((supervisor) => supervisor.close()));
  }

  /** Makes a feed's supervisor, and that of its backup. */
  #add(feed: Feed, backups: readonly BackupPlan[]): void {
    const plan = backups.find(({ primary }) => primary === feed);
    if (plan === undefined) {
      const supervisor: FeedSupervisor = this.#supervise(
        feed,
        this.#owned(() => supervisor),
      );
      return;
    }
    const lives: Record<'primary' | 'backup', FeedSupervisor | null> = { primary: null, backup: null };
    const switchOver = new SwitchOver({
      clock: this.#clock,
      sink: this.#owned(() => lives.primary!),
      mapping: plan.mapping,
      backupSink: this.#shown.has(plan.backup) ? this.#owned(() => lives.backup!) : null,
      lifeUs: (side) => lives[side]?.lifeUs ?? 0,
      primary: feed,
      onPaired: (id) => {
        this.#paired.add(id);
        this.#tellSoon();
      },
      onArrived: (id) => {
        this.#arrived.add(id);
        this.#tellSoon();
      },
    });
    lives.primary = this.#supervise(feed, switchOver.primary);
    lives.backup = this.#supervise(plan.backup, switchOver.backup);
    this.#backed.push({ plan, switchOver, primary: lives.primary, backup: lives.backup });
  }

  #supervise(feed: Feed, sink: SupervisedSink): FeedSupervisor {
    const supervisor = new FeedSupervisor({ feed, clock: this.#clock, onProblem: this.#onProblem, sink });
    this.#supervisors.push(supervisor);
    return supervisor;
  }

  /** The engine's sink, with a note of who brought an instrument. */
  #owned(owner: () => FeedSupervisor): SupervisedSink {
    const sink = this.#sink;
    return {
      define: (definition) => {
        this.#owners.claim(definition, owner().feed);
        const id = sink.define(definition);
        const isNew = !this.#ownerOf.has(id);
        this.#ownerOf.set(id, owner());
        if (isNew && this.#isAlways) this.demand.hold([id]);
        return id;
      },
      onEvent: (event) => sink.onEvent(event),
      onTrust: (id, reason) => sink.onTrust?.(id, reason),
      onGap: (mark) => sink.onGap?.(mark),
    };
  }

  #note(ids: readonly InstrumentId[], isWanted: boolean): void {
    for (const id of ids) this.#changed.set(id, isWanted);
    this.#tellSoon();
  }

  #tellSoon(): void {
    this.#telling ??= this.#clock.soon(() => this.#tell());
  }

  #tell(): void {
    this.#telling = null;
    const changed = [...this.#changed];
    this.#changed.clear();
    const paired = [...this.#paired].filter((id) => this.demand.isWanted(id));
    this.#paired.clear();
    const arrived = [...this.#arrived].filter((id) => this.demand.isWanted(id));
    this.#arrived.clear();
    const wanted = changed.filter(([, isWanted]) => isWanted).map(([id]) => id);
    const unwanted = changed.filter(([, isWanted]) => !isWanted).map(([id]) => id);
    this.#subscribe(wanted, paired, arrived);
    this.#unsubscribe(unwanted);
  }

  /** @param paired wanted before, and known to a backup since @param arrived wanted before, and known to their primary since */
  #subscribe(
    wanted: readonly InstrumentId[],
    paired: readonly InstrumentId[],
    arrived: readonly InstrumentId[],
  ): void {
    const asked: Asked = new Map();
    for (const id of [...wanted, ...arrived]) add(asked, this.#ownerOf.get(id), id);
    for (const { switchOver, backup } of this.#backed) {
      switchOver.asked(wanted);
      for (const id of switchOver.backupsOf([...wanted, ...paired])) add(asked, backup, id);
    }
    for (const [supervisor, ids] of asked) supervisor.subscribe([...ids]);
  }

  /** What a backup brings stays while somebody watches either: the primary's instrument, or the backup's own. */
  #unsubscribe(unwanted: readonly InstrumentId[]): void {
    const left: Asked = new Map();
    for (const id of unwanted) if (!this.#standsIn(id)) add(left, this.#ownerOf.get(id), id);
    for (const { plan, switchOver, backup } of this.#backed) {
      const isShown = this.#shown.has(plan.backup);
      switchOver.left(unwanted);
      for (const id of switchOver.backupsOf(unwanted))
        if (!isShown || !this.demand.isWanted(id)) add(left, backup, id);
    }
    for (const [supervisor, ids] of left) supervisor.unsubscribe([...ids]);
  }

  #standsIn(id: InstrumentId): boolean {
    const owner = this.#ownerOf.get(id);
    return this.#backed.some(({ switchOver, backup }) => {
      const primary = backup === owner ? switchOver.primaryOf(id) : undefined;
      return primary !== undefined && this.demand.isWanted(primary);
    });
  }
}

type Asked = Map<FeedSupervisor, Set<InstrumentId>>;

function add(asked: Asked, supervisor: FeedSupervisor | undefined, id: InstrumentId): void {
  if (supervisor === undefined) return;
  const ids = asked.get(supervisor);
  if (ids === undefined) asked.set(supervisor, new Set([id]));
  else ids.add(id);
}
