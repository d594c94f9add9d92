const US_PER_S = 1_000_000;

/**
 * Since when a feed that is away brings nothing, with the day where that is not today, and when it tries again: `No data since 14:27:41 UTC.
 * Retrying in 2 s.`
 * @param lifeUs its last sign of life; 0 = none yet
 * @param retryUs null = it is trying
 */
export function outageWords(lifeUs: number, retryUs: number | null, nowUs: number): string {
  const words: string[] = [];
  if (lifeUs > 0) {
    const [life, now] = [iso(lifeUs), iso(nowUs)];
    const day = life.slice(0, 10);
    words.push(`No data since ${now.startsWith(day) ? '' : `${day} `}${life.slice(11, 19)} UTC.`);
  }
  if (retryUs !== null) words.push(`Retrying in ${Math.max(1, Math.ceil((retryUs - nowUs) / US_PER_S))} s.`);
  return words.join(' ');
}

const iso = (us: number): string => new Date(us / 1000).toISOString();
