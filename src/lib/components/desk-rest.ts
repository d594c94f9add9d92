import { exchangeZone } from '../charts/exchange-zone.ts';
import { browserAccess, type Access } from '../state/access.svelte.ts';
import { Alerts } from '../state/alerts.svelte.ts';
import { KeyBindings } from '../state/key-bindings.svelte.ts';
import { RecentSymbols } from '../state/recent-symbols.ts';
import type { SettingStorage } from '../state/settings.svelte.ts';
import { Watchlists } from '../state/watchlists.svelte.ts';
import { AlertDesk } from './alerts/alert-desk.svelte.ts';
import { ChartChoices } from './chart/chart-choices.svelte.ts';
import { FeedHistory } from './feeds/feed-history.ts';
import { Happenings } from './happenings.svelte.ts';
import { TradeTape } from './instrument/trade-tape.ts';
import { takeRest } from './late-rest.svelte.ts';
import type { PausableMarket } from './pausable-market.svelte.ts';
import { describeTime } from './replay/describe-time.ts';
import { Toasts } from './toast/toasts.svelte.ts';

/** What panels and pages share beyond what the rows need: it comes after them, and with every page that is no desk. */
export class DeskRest {
  readonly happenings = new Happenings();
  readonly feedHistory = new FeedHistory();
  readonly tape = new TradeTape();
  readonly chart = new ChartChoices();
  readonly keys = new KeyBindings();
  readonly recent = new RecentSymbols();
  readonly toasts = new Toasts();
  readonly alerts: Alerts;
  readonly watchlists = new Watchlists();
  readonly alertDesk: AlertDesk;
  readonly access: Access;
  readonly exchangeZone = exchangeZone;
  readonly describeTime = describeTime;

  constructor(market: PausableMarket) {
    this.alerts = new Alerts(() => market.timeline.liveNowUs());
    this.alertDesk = new AlertDesk(this.alerts, this.toasts, () => market);
    this.access = browserAccess((signedIn) => market.onSignIn(signedIn));
  }

  /** Brings back what the viewer chose earlier. */
  restore(storage: SettingStorage | null): void {
    const { chart, watchlists, alerts, keys, recent } = this;
    for (const kept of [chart, watchlists, alerts, keys, recent]) kept.restore(storage);
  }
}

takeRest((market) => new DeskRest(market));
