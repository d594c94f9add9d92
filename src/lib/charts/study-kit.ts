import { Chart } from 'chart.js';
import { StudyPaneScale } from './study-pane-scale.ts';

/** Everything of studies but the average price, which comes with the first that is chosen. */
export { drawPane, fillBand } from './draw-studies.ts';
export { makeStudy } from './indicators/make-study.ts';
export { studyParts, studyValueText } from './study-text.ts';

/** Makes Chart.js know the scale of a study's own part of the chart. */
export function registerPanes(): void {
  Chart.register(StudyPaneScale);
}
