import { stepsAround } from '../../../protocol/alert-level.ts';
import { formatPrice } from '../../format/index.ts';
import { plainNumber, typedNumber } from '../../format/typed-number.ts';
import type { Desk } from '../desk.svelte.ts';
import type { PaletteCommand } from '../shell/palette-search.ts';
import { setAlert } from './alert-changes.ts';

/** `!64200` in the palette: an alert on the selected symbol at that price. None where that cannot be; `alertHint` says why. */
export function alertCommands(
  { alertDesk, instrument }: Desk,
  query: string,
): { kind: 'command'; command: PaletteCommand }[] {
  if (instrument === null || !alertDesk.mayCreate) return [];
  const typed = plainNumber(query);
  const at = stepsAround(typed, instrument.tick);
  if (at === null) return [];
  const level = at.floor === at.ceil ? formatPrice(at.floor, instrument) : typedNumber(typed);
  const command = {
    title: `Alert on ${instrument.symbol} at ${level}`,
    words: '',
    run: () => void setAlert(alertDesk, instrument, query),
  };
  return [{ kind: 'command', command }];
}

/** Said in place of the command. */
export function alertHint({ alerts, instrument }: Desk, query: string): string {
  const { overview } = alerts;
  if (overview === null) return alerts.trouble === '' ? 'Alerts are being asked for.' : alerts.trouble;
  if (!overview.available) return overview.message;
  if (!overview.mayChange) return 'This server lets nobody change alerts.';
  if (instrument === null) return 'Open a symbol first: the alert is set on it.';
  return query === '' ? `Type a price for ${instrument.symbol}.` : `“${query}” is no price.`;
}
