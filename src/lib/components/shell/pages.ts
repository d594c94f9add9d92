export interface AppPage {
  /** First part of the address; what follows it belongs to the same page. */
  readonly path: string;
  readonly label: string;
  /** Goes there after G. */
  readonly key: string;
  /** Has a tab on the phone, where five fit. */
  readonly onPhone: boolean;
  /** Not in the header: the status bar, the menu, the palette and a key lead there. */
  readonly isAside?: true;
}

/** The pages, those of the header first and in its order. Only those that exist stand here. */
export const PAGES: readonly AppPage[] = [
  { path: '/desk', label: 'Desk', key: 'd', onPhone: true },
  { path: '/board', label: 'Board', key: 'b', onPhone: true },
  { path: '/grid', label: 'Grid', key: 'g', onPhone: false },
  { path: '/heatmap', label: 'Heatmap', key: 'h', onPhone: true },
  { path: '/replay', label: 'Replay', key: 'r', onPhone: true },
  { path: '/alerts', label: 'Alerts', key: 'a', onPhone: true },
  { path: '/feeds', label: 'Feeds', key: 'f', onPhone: false, isAside: true },
  { path: '/settings', label: 'Settings', key: 's', onPhone: false, isAside: true },
];

/** The page that an address belongs to. */
export function pageAt(pathname: string): AppPage | null {
  // A recording is watched on the desk.
  if (pathname.startsWith('/replay/')) return PAGES[0]!;
  return PAGES.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`)) ?? null;
}

export function pageForKey(key: string): AppPage | null {
  return PAGES.find((page) => page.key === key.toLowerCase()) ?? null;
}
