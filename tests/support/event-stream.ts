/** One event of a Server-Sent Events stream. */
export interface StreamedEvent {
  /** Empty = it has none. */
  readonly id: string;
  readonly data: unknown;
}

/** Reads Server-Sent Events as a program does; a test closes it, or the server does. */
export class EventStream {
  readonly events: StreamedEvent[] = [];
  /** Fulfilled when the stream has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #abort = new AbortController();

  constructor(body: ReadableStream<Uint8Array>) {
    this.ended = this.#read(body).catch(() => undefined);
  }

  /** @param lastEventId id of the last event that was seen; empty = none */
  static async open(
    url: string,
    lastEventId = '',
    headers: Record<string, string> = {},
  ): Promise<EventStream> {
    const id = lastEventId === '' ? {} : { 'last-event-id': lastEventId };
    const answer = await fetch(url, { headers: { accept: 'text/event-stream', ...id, ...headers } });
    if (!answer.ok || answer.body === null)
      throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
    return new EventStream(answer.body);
  }

  /** Id of the last event that had one. */
  get lastEventId(): string {
    return this.events.findLast(({ id }) => id !== '')?.id ?? '';
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    this.#abort.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined));
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    const fields = block
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
    const data = fields.find(([name]) => name === 'data')?.[1];
    if (data === undefined) return;
    this.events.push({
      id: fields.find(([name]) => name === 'id')?.[1] ?? '',
      data: JSON.parse(data) as unknown,
    });
  }
}
