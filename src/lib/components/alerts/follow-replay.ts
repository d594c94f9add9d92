import type { ReplayAlertNews } from '#protocol';
import type { Alerts } from '../../state/alerts.svelte.ts';

/** Below zero: numbers of firings that no store has given. */
let lastSeq = 0;

/** Takes in what the rules tell of one epoch of a replay; returns the undo. */
export function followReplay(
  alerts: Pick<Alerts, 'takeReplayed'>,
  epoch: string,
  openStream: (url: string) => Pick<EventSource, 'addEventListener' | 'close'> = (url) =>
    new EventSource(url),
): () => void {
  const stream = openStream(`/api/alerts/replay?epoch=${encodeURIComponent(epoch)}`);
  stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const news = JSON.parse(data) as ReplayAlertNews;
    if (news.type === 'watching') return alerts.takeReplayed(null);
    lastSeq -= 1;
    const { rule, timeUs, instrument, value, message, note } = news;
    const told = { rule, timeUs, instrument, value, message, note };
    return alerts.takeReplayed({ ...told, seq: lastSeq, muted: false, delivery: null });
  });
  return () => stream.close();
}
