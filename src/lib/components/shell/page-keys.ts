import type { Desk } from '../desk.svelte.ts';
import { keyAction, type KeyAction } from '../keyboard-map.ts';
import { belongsElsewhere, isLetter } from './key-place.ts';
import { toggleFullScreen } from './full-screen.ts';
import { pageAt } from './pages.ts';

/** After G, a key within this time names a page, ms. */
const PREFIX_MS = 1500;

/** What the keys need of the shell. */
export interface KeyedShell {
  /** Of the page that is shown. */
  path(): string;
  isPaletteHere(): boolean;
}

/** The keys of every page, carried out. Comes with the first key; listens to nothing itself. */
export class PageKeys {
  readonly #desk: Desk;
  readonly #shell: KeyedShell;
  /** When G was pressed, by the events' clock, ms. */
  #prefixedAtMs = Number.NEGATIVE_INFINITY;

  constructor(desk: Desk, shell: KeyedShell) {
    this.#desk = desk;
    this.#shell = shell;
  }

  /**
   * @param byPointer the pointer was used last: a button that was clicked keeps the focus, and Space must still pause
   * @returns whether the key did something
   */
  press(event: KeyboardEvent, byPointer: boolean): boolean {
    const desk = this.#desk;
    if (this.#typesAhead(event)) return false;
    const afterPrefix = event.timeStamp - this.#prefixedAtMs < PREFIX_MS;
    const action = keyAction(this.#pressed(event, afterPrefix), desk.replaying, afterPrefix);
    this.#prefixedAtMs = Number.NEGATIVE_INFINITY;
    if (action === null) {
      if (event.key === 'Escape' && desk.overlay === 'watchlist') desk.overlay = null;
      else if (this.#opensPalette(event, byPointer)) {
        event.preventDefault();
        desk.openPalette(event.key);
      }
      return false;
    }
    const isPalette = action.type === 'palette';
    const isCovered =
      ['palette', 'help', 'jump'].includes(desk.overlay ?? '') || desk.alertDesk.edited !== null;
    if (!isPalette && (belongsElsewhere(event, byPointer) || isCovered)) return false;
    event.preventDefault();
    if (action.type === 'page-prefix') this.#prefixedAtMs = event.timeStamp;
    this.#act(action);
    return true;
  }

  #act(action: KeyAction): void {
    const desk = this.#desk;
    switch (action.type) {
      case 'palette':
        desk.overlay = 'palette';
        break;
      case 'help':
        desk.overlay = 'help';
        break;
      case 'theme':
        desk.appearance.toggleTheme();
        break;
      case 'next-palette':
        desk.say(`Palette: ${desk.appearance.nextPalette()}.`);
        break;
      case 'full-screen':
        void toggleFullScreen().catch(() => desk.say('The browser does not allow full screen here.'));
        break;
      case 'filter':
        if (desk.layout.name === 'drawer' && pageAt(this.#shell.path())?.path === '/desk')
          desk.overlay = 'watchlist';
        desk.requestFilter();
        break;
      case 'page':
        desk.navigation.goTo(action.path);
        break;
      case 'page-prefix':
        break;
      case 'alert':
        desk.alertDesk.open(desk.instrument);
        break;
      case 'interval':
        if (desk.showsCharts) desk.navigation.setInterval(action.interval);
        break;
      case 'pause-or-play':
        desk.togglePause();
        break;
      default:
        desk.lateReplay.use((_, { runReplayAction }) => runReplayAction(desk, action));
    }
  }

  /** The key as it was before the viewer moved it. What follows G, and chords, stay where they are. */
  #pressed(event: KeyboardEvent, afterPrefix: boolean): Parameters<typeof keyAction>[0] {
    if (afterPrefix || event.ctrlKey || event.metaKey) return event;
    const { ctrlKey, metaKey, altKey, shiftKey } = event;
    return { key: this.#desk.keys.ownKeyOf(event.key), ctrlKey, metaKey, altKey, shiftKey };
  }

  /** A letter that means nothing else begins a search. */
  #opensPalette(event: KeyboardEvent, byPointer: boolean): boolean {
    const isFree = this.#desk.overlay === null && this.#desk.alertDesk.edited === null;
    return isLetter(event) && isFree && !belongsElsewhere(event, byPointer);
  }

  /** The palette is asked for and not there yet: what is typed on is its. */
  #typesAhead(event: KeyboardEvent): boolean {
    const desk = this.#desk;
    if (desk.overlay !== 'palette' || this.#shell.isPaletteHere() || !isLetter(event)) return false;
    desk.openPalette(desk.takePaletteText() + event.key);
    return true;
  }
}
