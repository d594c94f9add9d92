import { ratioOf, type BenchResult } from './benchmark.ts';
import { thisMachine, versions } from './machine.ts';

/** Four significant digits, thousands apart. */
export function numberText(value: number): string {
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value) || 1)));
  const digits = Math.min(decimals, 4);
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A column of the table: what stands in it for a result; empty = nothing. */
interface Column {
  readonly heading: string;
  readonly isNumber: boolean;
  cell(result: BenchResult): string;
}

const timesText = (ratio: number | null): string => (ratio === null ? '' : `${ratio.toFixed(2)}x`);

const COLUMNS: readonly Column[] = [
  { heading: 'measured', isNumber: false, cell: ({ name }) => name },
  { heading: 'unit', isNumber: false, cell: ({ unit }) => unit },
  { heading: 'ours', isNumber: true, cell: ({ ours }) => numberText(ours) },
  { heading: 'range', isNumber: true, cell: ({ range }) => range?.map(numberText).join(' .. ') ?? '' },
  {
    heading: 'baseline',
    isNumber: true,
    cell: ({ baseline }) => (baseline === null ? '' : numberText(baseline)),
  },
  { heading: 'times better', isNumber: true, cell: (result) => timesText(ratioOf(result)) },
  { heading: 'baseline is', isNumber: false, cell: ({ baselineName }) => baselineName },
  {
    heading: 'goal',
    isNumber: false,
    cell: ({ goal, met }) => (goal === undefined ? '' : `${goal}: ${met === true ? 'met' : 'MISSED'}`),
  },
];

/** A table that reads well in a terminal and is Markdown too. Columns in which nothing stands are left out. */
export function tableText(results: readonly BenchResult[]): string {
  const columns = COLUMNS.map(({ heading, isNumber, cell }) => {
    const cells = results.map(cell);
    return { heading, isNumber, cells, width: Math.max(heading.length, ...cells.map((text) => text.length)) };
  }).filter(({ cells }) => cells.some((text) => text !== ''));
  const line = (textOf: (column: (typeof columns)[number]) => string): string => {
    const padded = columns.map((column) =>
      column.isNumber ? textOf(column).padStart(column.width) : textOf(column).padEnd(column.width),
    );
    return `| ${padded.join(' | ')} |`;
  };
  return [
    line(({ heading }) => heading),
    line(({ isNumber, width }) => (isNumber ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))),
    ...results.map((_, row) => line(({ cells }) => cells[row]!)),
  ].join('\n');
}

export function machineText(): string {
  const { cpu, cores, memoryGb, os, node, date } = thisMachine();
  const programs = Object.entries(versions()).map(([name, version]) => `${name} ${version}`);
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${os}, Node ${node}, ${date}\n${programs.join(', ')}`;
}

export function reportJson(results: readonly BenchResult[]): string {
  const rows = results.map((result) => ({ ...result, ratio: ratioOf(result) }));
  return `${JSON.stringify({ machine: thisMachine(), versions: versions(), results: rows }, null, 2)}\n`;
}
