import { Chart } from 'chart.js';
import {
  NoElement,
  TickAreaController,
  TickCandleController,
  TickLineController,
  TickOverlayController,
  TickPaneController,
  TickVolumeController,
} from './controllers.ts';
import { BarTimeScale, BarVolumeScale, TickPriceScale } from './scales.ts';

let isRegistered = false;

/** Makes Chart.js know our chart types. Only these: `chart.js/auto` would bring every scale, controller and plugin along. */
export function registerCharts(): void {
  if (isRegistered) return;
  isRegistered = true;
  Chart.register(
    NoElement,
    TickAreaController,
    TickCandleController,
    TickLineController,
    TickOverlayController,
    TickPaneController,
    TickVolumeController,
    BarTimeScale,
    BarVolumeScale,
    TickPriceScale,
  );
}
