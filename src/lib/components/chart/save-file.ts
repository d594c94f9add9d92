/** Hands the browser a file. What a file system would not take of the name becomes hyphens. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
  link.click();
  URL.revokeObjectURL(url);
}

/** `BTC-USD-1m-2026-11-12T14-32Z.csv`: of what, and when it was taken by the timeline's clock. */
export function exportName(symbol: string, interval: string, timeUs: number, extension: string): string {
  const time = timeUs > 0 ? new Date(timeUs / 1000).toISOString().slice(0, 16).replace(':', '-') : '';
  return `${[symbol, interval, ...(time === '' ? [] : [`${time}Z`])].join('-')}.${extension}`;
}
