import { Chart } from 'chart.js';
import { StudyPaneScale } from './study-pane-scale.ts';

/** Lines besides the average price: the other studies, and compared symbols. Comes with the first that is chosen. */
export { comparedParts, comparedTags, drawCompared, paintTags } from './draw-compared.ts';
export { drawPane, drawStudy } from './draw-studies.ts';
export { makeStudy } from './indicators/make-study.ts';
export { studyParts, studyValueText } from './study-text.ts';

/** Makes Chart.js know the scale of a study's own part of the chart. */
export function registerPanes(): void {
  Chart.register(StudyPaneScale);
}
