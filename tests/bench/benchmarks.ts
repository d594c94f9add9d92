import type { Benchmark } from './benchmark.ts';
import { encode } from './encode.ts';
import { fairness } from './fairness.ts';
import { fanout } from './fanout.ts';
import { feeds } from './feeds.ts';
import { imports } from './import.ts';
import { join } from './join.ts';
import { memory } from './memory.ts';
import { replay } from './replay.ts';
import { seek } from './seek.ts';
import { source } from './source.ts';
import { tape } from './tape.ts';
import { ui } from './ui.ts';
import { wire } from './wire.ts';

/** All benchmarks, in the order in which they run and are reported. */
export const BENCHMARKS: readonly Benchmark[] = [
  wire,
  encode,
  source,
  feeds,
  replay,
  imports,
  tape,
  seek,
  fanout,
  memory,
  join,
  fairness,
  ui,
];
