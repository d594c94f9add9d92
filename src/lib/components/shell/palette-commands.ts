import type { Desk } from '../desk.svelte.ts';
import { replayCommands } from '../replay/replay-commands.ts';
import { pageAt, PAGES } from './pages.ts';
import type { PaletteCommand } from './palette-search.ts';
import { viewCommands } from './view-commands.ts';

/** What the palette can do besides finding symbols, on the page at a path. */
export function paletteCommands(desk: Desk, path: string): PaletteCommand[] {
  return [
    {
      title: 'Theme: dark or light',
      words: 'theme light dark mode',
      run: () => desk.appearance.toggleTheme(),
    },
    ...replayCommands(desk),
    ...(desk.replaying
      ? []
      : [
          {
            title: desk.market.paused ? 'Resume the view' : 'Pause the view',
            words: 'pause resume freeze stop',
            run: () => desk.togglePause(),
          },
        ]),
    ...PAGES.filter((page) => page !== pageAt(path)).map((page) => ({
      title: `Go to ${page.label}`,
      words: `page ${page.label}`,
      run: () => desk.navigation.goTo(page.path),
    })),
    {
      title: 'New alert',
      words: 'alarm price level notify',
      run: () => desk.alertDesk.open(desk.instrument),
    },
    { title: 'Keys', words: 'keyboard shortcuts help', run: () => (desk.overlay = 'help') },
    ...(pageAt(path)?.path === '/desk' ? chartCommands(desk) : []),
    ...viewCommands(desk),
  ];
}

/** What keys do while the chart has the focus. */
function chartCommands({ chart }: Desk): PaletteCommand[] {
  return [
    {
      title: 'Table of the bars in view',
      words: 'chart data accessible',
      isDeep: true,
      run: () => chart.ask('table'),
    },
    {
      title: 'Export the chart',
      words: 'png csv picture file',
      isDeep: true,
      run: () => chart.ask('export'),
    },
    {
      title: 'Compare with another symbol',
      words: 'chart overlay percent',
      isDeep: true,
      run: () => chart.ask('compare'),
    },
  ];
}
