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

/** The live market, for the rules that watch over it. */
export interface WatchedMarket {
  readonly engine: Engine;
  readonly taps: EventTaps;
  readonly hold?: (instruments: readonly InstrumentId[]) => Cancel;
}

/** The alerts that the configuration asks for; null where they are off, or cannot be: that is told in one sentence. */
export function openAlerts(
  { alerts, alertWebhooks, dataFolder }: Config,
  market: WatchedMarket,
  clock: Clock,
  onNotice: (sentence: string) => void,
): AlertService | null {
  if (alerts === 'off') return null;
  try {
    const store = new AlertStore(join(dataFolder, 'alerts.db'));
    const webhooks = new WebhookList(alertWebhooks);
    return new AlertService({ ...market, store, webhooks, clock, mayChange: alerts === 'on', onNotice });
  } catch (error) {
    if (!(error instanceof AlertsError)) throw error;
    onNotice(`This server runs without alerts: ${error.message}`);
    return null;
  }
}
