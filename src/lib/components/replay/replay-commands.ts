import type { Desk } from '../desk.svelte.ts';
import type { PaletteCommand } from '../shell/palette-search.ts';
import { speedText } from './speed-text.ts';
import { SPEEDS } from './transport.ts';

/** What the palette offers of replays. */
export function replayCommands(desk: Desk): PaletteCommand[] {
  const { replay } = desk;
  const { transport, loop } = replay;
  if (!desk.replaying) {
    if (!replay.canRewind) return [];
    return [
      { title: 'Rewind to a time', words: 'dvr tape jump go back replay', run: () => desk.openJump('') },
      {
        title: 'Rewind 1 min',
        words: 'dvr tape back replay',
        run: () => replay.goTo(replay.liveNowUs - 60e6),
      },
      {
        title: 'Rewind 5 min',
        words: 'dvr tape back replay',
        run: () => replay.goTo(replay.liveNowUs - 300e6),
      },
    ];
  }
  return [
    {
      title: transport.playing ? 'Pause the replay' : 'Play the replay',
      words: 'pause play stop resume',
      run: () => transport.playOrPause(),
    },
    ...(replay.visit.place === null
      ? []
      : [{ title: 'Go live', words: 'leave replay now end', run: () => desk.goLive() }]),
    { title: 'Go to a time', words: 'jump seek', run: () => desk.openJump('') },
    { title: 'Go to the start', words: 'beginning first rewind home', run: () => transport.toStart() },
    { title: 'Play backwards', words: 'reverse rewind', run: () => replay.playBackwards() },
    {
      title: loop.isOn ? 'Loop off' : 'Loop on',
      words: 'loop repeat a-b',
      run: () => loop.toggle(),
    },
    { title: 'Bookmark this instant', words: 'mark note', run: () => replay.bookmark() },
    ...(replay.visit.isTape
      ? [{ title: 'Keep as a recording', words: 'save record tape', run: () => desk.keepRecording() }]
      : []),
    {
      title: replay.isEventMode ? 'Event mode off' : 'Event mode: skip silence over 1 s',
      words: 'idle gaps silence events',
      run: () => replay.setEventMode(!replay.isEventMode),
    },
    ...SPEEDS.map((speed) => ({
      title: `Speed ${speedText(speed)}`,
      words: `speed ${speed}x`,
      run: () => transport.setSpeed(speed),
    })),
  ];
}
