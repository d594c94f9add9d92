import { rolesOfHeader, type FieldRole } from './field-roles.ts';

/**
 * Whether a layout that reads these columns reads everything that the header says of its rows. A layout that leaves out a column of
 * symbols or of times of day makes one instrument of many and one time of a day's, and nobody is told: such files are read by their
 * header words.
 */
export function isWholeHeader(names: readonly string[], places: Partial<Record<FieldRole, number>>): boolean {
  // Where two columns have a role, either will do; a date beside the time needs both.
  return [...rolesOfHeader(names)].every(
    ([role, column]) =>
      (places[role] ?? -1) !== -1 || (role !== 'date' && Object.values(places).includes(column)),
  );
}
