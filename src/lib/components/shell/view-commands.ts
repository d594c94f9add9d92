import type { Desk } from '../desk.svelte.ts';
import { layoutCommands } from '../layout/layout-commands.ts';
import type { PaletteCommand } from './palette-search.ts';
import { VIEW_GROUPS } from './view-groups.ts';

/** Commands of how the market looks, and of pages that stand beside the others. */
export function viewCommands(desk: Desk): PaletteCommand[] {
  const { settings } = desk;
  return [
    ...layoutCommands(desk),
    ...VIEW_GROUPS.flatMap(({ label, key, options }) =>
      options
        .filter(([value]) => settings[key] !== value)
        .map(([value, name]) => ({
          title: `${label}: ${name}`,
          words: `${label} ${name} ${value} setting`,
          isDeep: true,
          run: () => settings.set(key, value),
        })),
    ),
    { title: 'Go to Wall', words: 'page wall kiosk screen tv', run: () => desk.navigation.goTo('/wall') },
  ];
}
