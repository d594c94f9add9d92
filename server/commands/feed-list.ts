import { venueSummaries, type VenueSummary } from '../feeds/venues.ts';

/** The venues that `--feed` knows by name. */
export function feedList(): Promise<VenueSummary[]> {
  return venueSummaries();
}

export function feedListText(venues: readonly VenueSummary[]): string {
  const nameWidth = Math.max(...venues.map(({ name }) => name.length));
  const indent = ' '.repeat(nameWidth + 2);
  const blocks = venues.map(({ name, title, channels, symbolExamples, keys, documentation }) => {
    const needed = keys.map(({ env, help }) => `${env} (${help})`).join(', ');
    return [
      `${name.padEnd(nameWidth)}  ${title}: ${channels.join(', ')}`,
      `${indent}symbols ${symbolExamples.join(', ')}; ${needed === '' ? 'no key' : `keys ${needed}`}`,
      `${indent}${documentation}`,
    ].join('\n');
  });
  return [
    ...blocks,
    '',
    `${'simulated'.padEnd(nameWidth)}  Made-up prices, what is served when no feed is named.`,
    `${'ccxt:NAME'.padEnd(nameWidth)}  Any exchange of ccxt, such as ccxt:okx (npm install ccxt).`,
    `${'./folder'.padEnd(nameWidth)}  A feed of your own: tickwire new-feed my-venue writes one.`,
  ].join('\n');
}
