import { ratioOf, type BenchResult } from './benchmark.ts';
import { thisMachine, versions } from './machine.ts';

/** Four significant digits, thousands apart. */
export function numberText(value: number): string {
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value) || 1)));
  const digits = Math.min(decimals, 4);
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const HEADINGS = ['measured', 'unit', 'ours', 'baseline', 'times better', 'baseline is'];
const RIGHT_ALIGNED = new Set([2, 3, 4]);

function cells(result: BenchResult): string[] {
  const { name, unit, ours, baseline, baselineName } = result;
  return [name, unit, numberText(ours), numberText(baseline), `${ratioOf(result).toFixed(2)}x`, baselineName];
}

/** A table that reads well in a terminal and is Markdown too. */
export function tableText(results: readonly BenchResult[]): string {
  const rows = [HEADINGS, ...results.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (RIGHT_ALIGNED.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (RIGHT_ALIGNED.has(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [line(HEADINGS), rule, ...rows.slice(1).map(line)].join('\n');
}

export function machineText(): string {
  const { cpu, cores, memoryGb, os, node, date } = thisMachine();
  const { tickwire, ws, msgpackr, fastify } = versions();
  return (
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${os}, Node ${node}, ${date}\n` +
    `tickwire ${tickwire}, ws ${ws}, msgpackr ${msgpackr}, fastify ${fastify}`
  );
}

export function reportJson(results: readonly BenchResult[]): string {
  const rows = results.map((result) => {
    const { name, unit, ours, baseline, baselineName } = result;
    return { name, unit, ours, baseline, baselineName, ratio: ratioOf(result) };
  });
  return `${JSON.stringify({ machine: thisMachine(), versions: versions(), results: rows }, null, 2)}\n`;
}
