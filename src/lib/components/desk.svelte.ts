import { createContext } from 'svelte';
import type { BarInterval, DictionaryEntry } from '#protocol';
import { browserFrameHost, FrameScheduler } from '../scheduler/frame-scheduler.ts';
import { NO_LIMITS } from '../client/connection-limits.ts';
import type { TimeZone } from '../format/index.ts';
import type { Market } from '../state/market.ts';
import { STREAM_RATE_HZ } from '../state/market-stream.ts';
import type { Settings, SettingStorage } from '../state/settings.svelte.ts';
import { Appearance } from './appearance.svelte.ts';
import { LateRest } from './late-rest.svelte.ts';
import { DeskPanels } from './layout/desk-panels.svelte.ts';
import { PausableMarket } from './pausable-market.svelte.ts';
import { LateReplay } from './replay/late-replay.svelte.ts';
import type { Replay } from './replay/replay.svelte.ts';
import type { ReplayPlace } from './replay/replay-link.ts';
import { ScreenLayout } from './screen-layout.svelte.ts';
import { venueCode, venueName } from './venue-label.ts';
import { QuoteDemand, type DemandScope } from './watch/quote-demand.ts';
import { UpdateGaps } from './watch/update-gaps.ts';

/** Where the address bar is changed: `DeskAddress` does it, on the wall the route. */
export interface Navigation {
  /** Shows an instrument. `replace` leaves no entry in the history: for arrow keys. */
  open(entry: DictionaryEntry, replace: boolean): void;
  setInterval(interval: BarInterval): void;
  /** To another page: a path within the app. */
  goTo(path: string): void;
  /** Brings the address up to what the page shows. */
  readdress(): void;
  /** Whole address of the page as it stands, at a place of a replay; null = without a time. */
  linkTo(place: ReplayPlace | null): string;
}

/** What the phone shows below the price: one at a time. */
export const PHONE_SECTIONS = ['Chart', 'Depth', 'Tape', 'Movers', 'Holdings', 'Feeds', 'Log'] as const;
export type PhoneSection = (typeof PHONE_SECTIONS)[number];

/** Parts of the page that are shown over it. */
export type Overlay = 'palette' | 'help' | 'watchlist' | 'jump' | null;

/**
 * What all panels of the desk share: the market as the viewer sees it (which may be paused), what is selected, the frame
 * loop. Structure only: no number that ticks is a rune here.
 */
export class Desk extends LateRest {
  readonly market: PausableMarket;
  readonly settings: Settings;
  readonly navigation: Navigation;
  readonly layout = new ScreenLayout();
  readonly panels = new DeskPanels((sentence) => this.say(sentence));
  /** How often each instrument changes, whichever page is shown. */
  readonly gaps = new UpdateGaps();
  readonly appearance: Appearance;
  readonly lateReplay: LateReplay;
  /** What stands above the others in every list, by `venue:symbol`. */
  pins = $state.raw<ReadonlySet<string>>(new Set());
  /** What the page that is shown does with a letter that means nothing elsewhere; false = nothing. */
  pageKey: ((key: string) => boolean) | undefined;
  /** False where the browser does not keep what was chosen last. */
  isKept = $state.raw(true);
  readonly #snapshotSimulated: boolean;
  #scheduler: FrameScheduler | null = null;
  #instrument = $state.raw<DictionaryEntry | null>(null);
  #interval = $state.raw<BarInterval>('1m');
  #overlay = $state.raw<Overlay>(null);
  #menus = $state.raw(0);
  #filterRequests = $state.raw(0);
  #filterRequestsTaken = 0;
  #filterText: string | null = null;
  #paletteText = '';
  #jumpText = '';
  #section = $state.raw<PhoneSection>('Chart');
  #showsCharts = $state.raw(false);
  #notice = $state.raw('');
  #demand: QuoteDemand | null = null;
  #scope: DemandScope = 'list';
  #simulatedVenues = $derived.by(() => {
    const feeds = this.market.feeds.feeds.filter((feed) => feed.simulated);
    return new Set(feeds.map((feed) => feed.venue));
  });

  constructor(market: Market, settings: Settings, navigation: Navigation, snapshotSimulated: boolean) {
    super();
    this.market = new PausableMarket(market);
    this.settings = settings;
    this.appearance = new Appearance(settings);
    this.navigation = navigation;
    this.#snapshotSimulated = snapshotSimulated;
    this.lateReplay = new LateReplay({
      market,
      interval: () => this.#interval,
      say: (sentence) => this.say(sentence),
      heldUs: () => this.market.heldMs * 1000,
      timeText: (timeUs) => this.rest.describeTime(timeUs, this.replay.liveNowUs, this.zone),
      onMoved: () => {
        this.market.setPaused(false);
        this.gaps.clear();
      },
    });
    this.begin();
  }

  /** The page's frame loop. In the browser only. */
  get scheduler(): FrameScheduler {
    this.#scheduler ??= new FrameScheduler(browserFrameHost());
    return this.#scheduler;
  }

  get instrument(): DictionaryEntry | null {
    return this.#instrument;
  }

  get interval(): BarInterval {
    return this.#interval;
  }

  set interval(interval: BarInterval) {
    this.#interval = interval;
  }

  get overlay(): Overlay {
    return this.#overlay;
  }

  set overlay(overlay: Overlay) {
    this.#overlay = overlay;
  }

  get section(): PhoneSection {
    return this.#section;
  }

  set section(section: PhoneSection) {
    this.#section = section;
  }

  /** Zone of clocks, tapes and logs: the setting's; that of the exchange is the selected instrument's. */
  get zone(): TimeZone {
    return this.zoneOf(this.#instrument);
  }

  /** Zone that an instrument's times are shown in. */
  zoneOf(entry: DictionaryEntry | null): TimeZone {
    const { timeZone } = this.settings;
    if (timeZone !== 'exchange') return timeZone;
    return (entry === null ? null : this.rest.exchangeZone(entry)) ?? 'utc';
  }

  /** Of what comes after the first view alone: before that it is not here. */
  get replay(): Replay {
    return this.lateReplay.loaded;
  }

  /** True on pages whose charts follow the timeframe. */
  get showsCharts(): boolean {
    return this.#showsCharts;
  }

  get replaying(): boolean {
    return this.market.timeline.mode === 'replay';
  }

  /** True when any price on the page may be made up. */
  get simulated(): boolean {
    return this.market.feeds.feeds.length === 0 ? this.#snapshotSimulated : this.#simulatedVenues.size > 0;
  }

  /** Title of a page: what is shown, and whether it is neither live nor real. */
  title(subject: string): string {
    const words = [this.replaying ? 'REPLAY' : '', this.simulated ? 'SIM' : '', subject, 'Tickwire'];
    return words.filter((word) => word !== '').join(' · ');
  }

  /** True while a menu or an overlay is open: lists keep their order. */
  get busy(): boolean {
    return this.#menus > 0 || this.#overlay !== null;
  }

  /** What was just done, for a moment, in one sentence. */
  get notice(): string {
    return this.#notice;
  }

  say(sentence: string): void {
    this.#notice = sentence;
  }

  /** Whether the filter of the list was asked for, once: a list that is opened later does not answer for it. Call it from an effect. */
  takeFilterRequest(): boolean {
    const isNew = this.#filterRequests > this.#filterRequestsTaken;
    this.#filterRequestsTaken = this.#filterRequests;
    return isNew;
  }

  /** Opens the palette with what was typed. */
  openPalette(text: string): void {
    this.#paletteText = text;
    this.#overlay = 'palette';
  }

  /** What the palette begins with, once. */
  takePaletteText(): string {
    const text = this.#paletteText;
    this.#paletteText = '';
    return text;
  }

  /** Opens the dialog for a time, with what was typed. */
  openJump(text: string): void {
    const { mode, tapeFromUs, isTold } = this.market.timeline;
    if (mode === 'live' && tapeFromUs === 0 && isTold)
      return this.say('There is no tape to go back on: this server does not keep the live market.');
    this.#jumpText = text;
    this.#overlay = 'jump';
  }

  takeJumpText(): string {
    const text = this.#jumpText;
    this.#jumpText = '';
    return text;
  }

  /** What an address says of the view besides its instrument, timeframe and time. */
  viewQuery(isWhole = false): [name: string, value: string][] {
    return [...this.chart.query(isWhole), ...this.panels.query()];
  }

  goLive(): void {
    this.lateReplay.use((replay) => replay.goLive());
  }

  copyLink(): void {
    this.lateReplay.use((_, { copyLink }) => void copyLink(this));
  }

  shareReplay(): void {
    this.lateReplay.use((_, { shareReplay }) => void shareReplay(this));
  }

  /** Keeps the loop, or some minutes around the playhead, as a recording. */
  keepRecording(): void {
    void import('./replay/keep-recording.ts').then(({ keepForDesk }) => keepForDesk(this));
  }

  /** @param text put into the filter; absent = the filter keeps what it has */
  requestFilter(text?: string): void {
    this.#filterText = text ?? null;
    this.#filterRequests += 1;
  }

  /** The text that a filter was asked for with, once. */
  takeFilterText(): string | null {
    const text = this.#filterText;
    this.#filterText = null;
    return text;
  }

  menuOpened(): void {
    this.#menus += 1;
  }

  menuClosed(): void {
    this.#menus = Math.max(0, this.#menus - 1);
  }

  isSimulated(venue: string): boolean {
    return this.market.feeds.feeds.length === 0 ? this.#snapshotSimulated : this.#simulatedVenues.has(venue);
  }

  venueCode(venue: string): string {
    return venueCode(venue, this.isSimulated(venue));
  }

  venueName(venue: string): string {
    return venueName(venue, this.isSimulated(venue));
  }

  /** Space and the pause buttons: the view when live, the recording when one plays. */
  togglePause(): void {
    if (this.replaying) this.lateReplay.use(({ transport }) => transport.playOrPause());
    else this.market.setPaused(!this.market.paused);
  }

  setInstrument(entry: DictionaryEntry | null): void {
    this.#instrument = entry;
  }

  /** Follows the trades of the selected instrument; returns the undo. */
  followTrades(entry: DictionaryEntry): () => void {
    this.tape.clear();
    const stream = this.market.openTrades(entry.id, this.tape);
    return () => stream.close();
  }

  /** Brings back what the viewer chose earlier. */
  restore(storage: SettingStorage | null): void {
    this.settings.restore(storage);
    this.restoreRest(storage);
    this.panels.restore(storage);
    this.lateReplay.restore(storage);
  }

  /** Asks for quotes, at the cadence that was chosen; returns the undo. */
  followQuotes(): () => void {
    const demand = new QuoteDemand(this.market, this.settings.cadenceHz);
    demand.setScope(this.#scope);
    this.#demand = demand;
    const stopCommits = this.market.quotes.onCommit((changed) =>
      this.gaps.onUpdates(changed, this.gapClockMs()),
    );
    return () => {
      stopCommits();
      demand.close();
      this.#demand = null;
    };
  }

  /** Clock of `gaps`: the recording's own time while one plays, so that a pause ages nothing; else the page's. */
  gapClockMs(): number {
    const { timeline } = this.market;
    return timeline.mode === 'replay' ? timeline.nowUs() / 1000 : performance.now();
  }

  /** What a page needs of quotes while it is shown, and whether it has charts; returns the undo. */
  openPage(scope: DemandScope, showsCharts: boolean): () => void {
    this.#setScope(scope);
    this.#showsCharts = showsCharts;
    return () => {
      this.#setScope('list');
      this.#showsCharts = false;
    };
  }

  /** Kept here too: a page opens before its layout asks for quotes. */
  #setScope(scope: DemandScope): void {
    this.#scope = scope;
    this.#demand?.setScope(scope);
  }

  tuneQuotes(cadenceHz: number, instruments: number): void {
    this.#demand?.setCadence(cadenceHz);
    this.#demand?.setTotal(instruments);
  }

  /** Tells the server what the viewer chose for all that it sends. Call it from an effect: it reads runes. */
  limitConnection(): void {
    const { cadenceHz, maxBitsPerSecond } = this.settings;
    // A cadence slower than charts, trades and depth slows those too; a faster one concerns quotes alone, which are asked for at it.
    const maxRateHz = cadenceHz < STREAM_RATE_HZ ? cadenceHz : NO_LIMITS.maxRateHz;
    this.market.limitConnection({ maxRateHz, maxBitsPerSecond });
  }

  /** The rows of the watchlist that are in view, and the selected one, come first. */
  showing(entries: readonly DictionaryEntry[]): void {
    const selected = this.#instrument;
    const all = selected === null || entries.includes(selected) ? entries : [...entries, selected];
    this.#demand?.setVisible(all);
  }

  close(): void {
    this.lateReplay.here?.close();
    this.#scheduler?.close();
    this.#scheduler = null;
  }
}

const [getDesk, provideDesk] = createContext<Desk>();
export { getDesk, provideDesk };
