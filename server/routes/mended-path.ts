const BROKEN = /%(?![0-9a-f]{2})/gi;

/**
 * A path in which every percent sign can be read, for one in which one cannot: `/desk/100%` becomes `/desk/100%25`. Always a path of
 * this server.
 *
 * @param url path and query as they came
 */
export function mendedPath(url: string): string {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  const signs = path.replace(BROKEN, '%25');
  // Two slashes at the start would name another server.
  return `/${(isReadable(signs) ? signs : path.replaceAll('%', '%25')).replace(/^[/\\]+/, '')}${url.slice(path.length)}`;
}

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
