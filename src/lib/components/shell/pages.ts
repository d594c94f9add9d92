export interface AppPage {
  /** First part of the address; what follows it belongs to the same page. */
  readonly path: string;
  readonly label: string;
  /** Goes there after G. */
  readonly key: string;
  /** Has a tab on the phone, where five fit. */
  readonly onPhone: boolean;
}

/** The pages, in the order of the header. Only those that exist stand here. */
export const PAGES: readonly AppPage[] = [
  { path: '/desk', label: 'Desk', key: 'd', onPhone: true },
  { path: '/board', label: 'Board', key: 'b', onPhone: true },
  { path: '/grid', label: 'Grid', key: 'g', onPhone: false },
  { path: '/heatmap', label: 'Heatmap', key: 'h', onPhone: true },
];

/** The page that an address belongs to. */
export function pageAt(pathname: string): AppPage | null {
  return PAGES.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`)) ?? null;
}

export function pageForKey(key: string): AppPage | null {
  return PAGES.find((page) => page.key === key.toLowerCase()) ?? null;
}
