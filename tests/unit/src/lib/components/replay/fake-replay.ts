import { unixUs, type TimelineRequest, type TimelineState } from '#protocol';
import { Replay } from '../../../../../../src/lib/components/replay/replay.svelte.ts';
import type { Market, TimelineView } from '../../../../../../src/lib/state/market.ts';

const LIVE_US = 1_000_000_000_000;
export const TAPE_FROM_US = LIVE_US - 600_000_000;

/** A market of which the test says what the server says. */
export class FakeReplayMarket {
  readonly sent: TimelineRequest[] = [];
  readonly said: string[] = [];
  moves = 0;
  readonly connection = { phase: 'live' as Market['connection']['phase'] };
  readonly timeline: { -readonly [Key in keyof TimelineView]: TimelineView[Key] } = {
    mode: 'live',
    epoch: 'one',
    state: 'live',
    speed: 1,
    recording: null,
    loop: null,
    room: '',
    tapeFromUs: TAPE_FROM_US,
    density: [],
    skips: [],
    isTold: true,
    switches: 0,
    refusal: null,
    nowUs: () => this.nowUs,
    liveNowUs: () => LIVE_US,
    onLiveTime: () => {},
  };
  nowUs = LIVE_US;
  /** For how long the view has been paused. */
  heldUs = 0;
  readonly replay: Replay;

  constructor() {
    this.replay = new Replay({
      market: {
        timeline: this.timeline,
        connection: this.connection,
        command: (request: TimelineRequest) => void this.sent.push(request),
      } as unknown as Market,
      interval: () => '5m',
      heldUs: () => this.heldUs,
      say: (sentence) => void this.said.push(sentence),
      timeText: (timeUs) => `@${timeUs - LIVE_US}`,
      onMoved: () => void (this.moves += 1),
    });
    this.replay.watch();
  }

  /** Live time, and times before it. */
  ago(seconds: number): number {
    return LIVE_US - seconds * 1_000_000;
  }

  /** The server took the connection to a replay. */
  arrive(
    name: string,
    atUs: number,
    state: TimelineState = 'paused',
    more: Partial<TimelineView> = {},
  ): void {
    const { timeline } = this;
    timeline.mode = 'replay';
    timeline.state = state;
    timeline.switches += 1;
    timeline.refusal = null;
    timeline.recording = {
      name,
      firstTimeUs: unixUs(TAPE_FROM_US),
      lastTimeUs: unixUs(LIVE_US),
      events: 9,
    };
    Object.assign(timeline, more);
    this.nowUs = atUs;
    this.replay.watch();
  }

  be(state: TimelineState): void {
    this.timeline.state = state;
    this.replay.watch();
  }

  refuse(code: number, message: string): void {
    this.timeline.refusal = { code, message };
    this.replay.watch();
  }

  goneLive(): void {
    this.timeline.mode = 'live';
    this.timeline.state = 'live';
    this.timeline.switches += 1;
    this.timeline.recording = null;
    this.nowUs = LIVE_US;
    this.replay.watch();
  }

  /** Takes what was sent. */
  take(): TimelineRequest[] {
    return this.sent.splice(0);
  }
}
