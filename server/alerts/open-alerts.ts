import { join } from 'node:path';
import type { InstrumentId } from '#protocol';
import type { Config } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { EventTaps } from '../timelines/event-taps.ts';
import { AlertsError } from './alerts-error.ts';
import { AlertService } from './alert-service.ts';
import { AlertStore } from './alert-store.ts';
import { WebhookList } from './webhook-list.ts';

export const ALERTS_OFF = 'Alerts are off on this server.';

/** The live market, for the rules that watch over it. */
export interface WatchedMarket {
  readonly engine: Engine;
  readonly taps: EventTaps;
  readonly hold?: (instruments: readonly InstrumentId[]) => Cancel;
}

/** Alerts, or why there are none: one sentence for whoever asks for them. */
export type OpenedAlerts = { readonly alerts: AlertService } | { readonly noAlerts: string };

/** The alerts that the configuration asks for. Where they cannot be, the operator is told so too. */
export function openAlerts(
  { alerts, alertWebhooks, dataFolder }: Config,
  market: WatchedMarket,
  clock: Clock,
  onNotice: (sentence: string) => void,
): OpenedAlerts {
  if (alerts === 'off') return { noAlerts: ALERTS_OFF };
  try {
    const store = new AlertStore(join(dataFolder, 'alerts.db'));
    const webhooks = new WebhookList(alertWebhooks);
    const mayChange = alerts === 'on';
    return { alerts: new AlertService({ ...market, store, webhooks, clock, mayChange, onNotice }) };
  } catch (error) {
    if (!(error instanceof AlertsError)) throw error;
    onNotice(`This server runs without alerts: ${error.message}`);
    return { noAlerts: error.message };
  }
}
