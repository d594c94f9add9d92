import type { Desk } from '../desk.svelte.ts';
import { isDeskPath } from '../replay/replay-link.ts';
import type { PaletteCommand } from '../shell/palette-search.ts';

/** Moves panels: on the desk, wherever it is asked for. */
export async function arrangePanels(desk: Desk): Promise<void> {
  if (!isDeskPath(location.pathname)) desk.navigation.goTo('/desk');
  await desk.panels.arrange();
}

/** Holdings come and go with all that is entered there. */
export function toggleHoldings(desk: Desk): void {
  desk.panels.showsHoldings = !desk.panels.showsHoldings;
  if (!desk.panels.showsHoldings || isDeskPath(location.pathname)) return;
  desk.navigation.goTo('/desk');
}

/** Commands of the desk's layout; the layouts of the viewer once they are here. */
export function layoutCommands(desk: Desk): PaletteCommand[] {
  const { panels } = desk;
  const layouts = panels.arrangement?.layouts;
  return [
    {
      title: 'Layout: move panels',
      words: 'layout arrange panels resize dock customise',
      run: () => void arrangePanels(desk),
    },
    {
      title: panels.showsHoldings ? 'Holdings: hide' : 'Holdings: show',
      words: 'holdings positions portfolio profit',
      run: () => toggleHoldings(desk),
    },
    ...(layouts === undefined || (layouts.named.length === 0 && !panels.isPlaced)
      ? []
      : [
          { title: 'Layout: Standard', words: 'layout reset default', run: () => layouts.choose('') },
          ...layouts.named.map(({ name }) => ({
            title: `Layout: ${name}`,
            words: `layout ${name}`,
            run: () => layouts.choose(name),
          })),
        ]),
  ];
}
