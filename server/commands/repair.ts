import { systemClock } from '../clock.ts';
import { repairTape, type RepairReport } from '../tape/file/repair-tape.ts';

/** `tickwire repair FILE --out OUT`: saves what a damaged tape still holds into a new one. @throws TapeError */
export function repairFile(from: string, to: string): RepairReport {
  return repairTape(from, to, systemClock);
}

/** The report for people: one sentence for what was saved, and one for what was not. */
export function repairText(report: RepairReport, to: string): string {
  const { events, lostEvents, damagedBlocks, damagedBytes, cutBytes } = report;
  const saved = `Wrote ${counted(events, 'event')} to ${to}.`;
  if (damagedBlocks + cutBytes + lostEvents === 0) return `${saved} Nothing was damaged.`;
  const parts = [
    `${counted(lostEvents, 'event')} could not be read`,
    `${counted(damagedBlocks, 'damaged stretch', 'damaged stretches')} (${counted(damagedBytes, 'byte')}) dropped`,
    `${counted(cutBytes, 'byte')} of an unfinished block at the end cut`,
  ];
  return `${saved} ${parts.join(', ')}.`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
