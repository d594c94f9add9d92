import { Counter, Gauge, Registry } from 'prom-client';
import { METRICS, type MetricDefinition } from './metric-definitions.ts';
import { processMetrics } from './process-metrics.ts';
import type { Reading } from './reading.ts';

/**
 * The exposition of our metrics and the process's. Not the global registry, and no counting of its own.
 *
 * Invariant: between scrapes it does nothing; a scrape's values are all of the one reading that it took.
 */
export class Metrics {
  readonly #registry: Registry;
  readonly #take: () => Reading;
  readonly #writers: readonly ((reading: Reading) => void)[];

  constructor(take: () => Reading) {
    this.#take = take;
    const own = new Registry();
    this.#writers = METRICS.map((definition) => writer(definition, own));
    this.#registry = Registry.merge([own, processMetrics()]);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    const reading = this.#take();
    for (const write of this.#writers) write(reading);
    return this.#registry.metrics();
  }
}

/** Registers a metric and returns what puts a reading's values into it. */
function writer(definition: MetricDefinition, registry: Registry): (reading: Reading) => void {
  const { name, type, help, labels, read } = definition;
  const form = { name, help, labelNames: [...labels], registers: [registry] };
  const metric = type === 'counter' ? new Counter(form) : new Gauge(form);
  // Prom-client's own Summary wants each observation. Ours are quantiles already, which Prometheus reads without sum and count.
  if (type === 'summary') Object.assign(metric, { type });
  return (reading) => {
    const value = read(reading);
    const samples = typeof value === 'number' ? [{ labels: {}, value }] : (value ?? []);
    metric.reset();
    // A reset metric without labels is 0, which is a value.
    if (labels.length === 0) metric.remove({});
    // From nothing: for a counter too, this sets the value.
    for (const sample of samples) metric.inc({ ...sample.labels }, sample.value);
  };
}
