import { TAPE_NAME } from '../../../protocol/messages.ts';
import type { Desk } from '../desk.svelte.ts';
import { isDeskPath, type ReplayPlace } from './replay-link.ts';

/** Where the page is now as a link can say it: live is an instant of the tape. Null = no time can be said. */
function placeNow({ replay }: Desk): ReplayPlace | null {
  if (replay.place !== null) return replay.place;
  if (!replay.isReplaying && !replay.canRewind) return null;
  const timeUs = replay.shownUs || replay.liveNowUs;
  return { recording: TAPE_NAME, timeUs, speed: 1, isPaused: true, loop: null, room: '' };
}

/** Copies the address of this view and time. */
export async function copyLink(desk: Desk): Promise<void> {
  await copy(desk, desk.navigation.linkTo(placeNow(desk)), 'The link to this view and time is copied.');
}

/** Makes the replay one that others join, and copies the address of it. */
export async function shareReplay(desk: Desk): Promise<void> {
  const here = desk.replay.place;
  const room = desk.replay.share();
  if (here === null || room === '') return;
  await copy(
    desk,
    desk.navigation.linkTo({ ...here, room }),
    'The link is copied. Whoever opens it watches this replay with you, and can move it.',
  );
}

/** With the layout also where no panel was moved: who opens the link may have moved theirs. */
function withLayout(link: string): string {
  const { pathname, search, searchParams } = new URL(link);
  if (!isDeskPath(pathname) || searchParams.has('layout')) return link;
  return `${link}${search === '' ? '?' : '&'}layout=`;
}

async function copy(desk: Desk, address: string, done: string): Promise<void> {
  const link = withLayout(address);
  try {
    await navigator.clipboard.writeText(link);
    desk.say(done);
  } catch {
    desk.say(`The browser does not let this page copy. The link is ${link}`);
  }
}
