import {
  ERROR_CODES,
  unixUs,
  type ErrorMessage,
  type OpenReplayCommand,
  type TimelineMessage,
  type TimelineRequest,
} from '#protocol';

const CANNOT_OPEN: ReadonlySet<number> = new Set([
  ERROR_CODES.unknownRecording.code,
  ERROR_CODES.tooManyReplays.code,
  ERROR_CODES.recordingUnreadable.code,
]);

/** The replay that a viewer asked for, so that a new connection which does not find it can open it again where it was. */
export class OpenedReplay {
  #opened: OpenReplayCommand | null = null;
  #isPaused = false;
  #speed = 1;

  onCommand(command: TimelineRequest): void {
    if (command.op === 'open') {
      this.#opened = command;
      // Until the server tells what it does: a connection that is not there yet opens it as it was asked for.
      this.#isPaused = command.paused ?? false;
      this.#speed = command.speed ?? 1;
    } else if (command.op === 'leave') this.#opened = null;
  }

  onTimeline({ mode, state, speed }: TimelineMessage): void {
    if (mode !== 'replay') return;
    this.#isPaused = state === 'paused' || state === 'ended';
    this.#speed = speed;
  }

  /** @param timeUs of the newest frame; 0 = none was there */
  onGone(timeUs: number): void {
    if (this.#opened !== null && timeUs > 0) this.#opened = { ...this.#opened, timeUs: unixUs(timeUs) };
  }

  onError({ code }: ErrorMessage): void {
    if (CANNOT_OPEN.has(code)) this.#opened = null;
  }

  /** What to ask a server that knows nothing of it; null = nothing. */
  again(): OpenReplayCommand | null {
    if (this.#opened === null) return null;
    return { ...this.#opened, speed: this.#speed, paused: this.#isPaused };
  }
}
