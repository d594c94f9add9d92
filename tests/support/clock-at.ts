/** Environment in which a program of Node finds the machine's clock so much ahead of what it is, ms. */
export const clockAhead = (aheadMs: number): Record<string, string> => ({
  NODE_OPTIONS: `--import ${new URL('set-clock.ts', import.meta.url)}`,
  TEST_CLOCK_AHEAD_MS: String(aheadMs),
});

/** The same, where it is this time when the program starts, ISO 8601. */
export const clockAt = (time: string): Record<string, string> => clockAhead(Date.parse(time) - Date.now());
