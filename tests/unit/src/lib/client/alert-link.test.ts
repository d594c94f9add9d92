import { describe, expect, it } from 'vitest';
import type { AlertFiring, AlertNews } from '#protocol';
import { AlertLink, type AlertSurroundings } from '#lib/client/alert-link.ts';

/** What a stream or a channel hands its listeners. */
class Ear {
  readonly #listeners: ((event: { data: unknown }) => void)[] = [];

  addEventListener(type: string, listener: (event: { data: unknown }) => void): void {
    if (type === 'message') this.#listeners.push(listener);
  }

  hear(data: unknown): void {
    for (const listener of this.#listeners) listener({ data });
  }
}

class FakeStream extends Ear {
  readonly url: string;
  readyState = 1;

  constructor(url: string) {
    super();
    this.url = url;
  }

  close(): void {
    this.readyState = 2;
  }
}

/** One browser: a lock, a channel, a storage, and streams that the test speaks through. */
class FakeBrowser {
  readonly streams: FakeStream[] = [];
  readonly stored = new Map<string, string>();
  readonly asked: string[] = [];
  #waiting: (() => void)[] = [];
  #isHeld = false;
  readonly #channels = new Set<Ear>();

  surroundings(isSecure = true): AlertSurroundings {
    return {
      fetch: (async (url: string, init?: { method?: string }) => {
        this.asked.push(`${init?.method ?? 'GET'} ${url}`);
        return new Response(JSON.stringify({ message: 'Not now.' }), { status: 409 });
      }) as typeof fetch,
      openStream: (url) => {
        const stream = new FakeStream(url);
        this.streams.push(stream);
        return stream as unknown as EventSource;
      },
      storage: {
        getItem: (key) => this.stored.get(key) ?? null,
        setItem: (key, value) => void this.stored.set(key, value),
      },
      locks: isSecure
        ? ({
            request: (_: string, __: object, run: () => Promise<void>) => this.#request(run),
          } as unknown as LockManager)
        : null,
      openChannel: isSecure ? () => this.#channel() : null,
    };
  }

  /** The stream that is open. */
  get stream(): FakeStream {
    return this.streams.findLast(({ readyState }) => readyState === 1)!;
  }

  tell(news: AlertNews): void {
    this.stream.hear(JSON.stringify(news));
  }

  async #request(run: () => Promise<void>): Promise<void> {
    if (this.#isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isHeld = true;
    await run();
    this.#isHeld = false;
    this.#waiting.shift()?.();
  }

  #channel(): BroadcastChannel {
    const others = this.#channels;
    const channel = Object.assign(new Ear(), {
      postMessage(data: unknown) {
        for (const other of others) if (other !== channel) other.hear(structuredClone(data));
      },
      close: () => void others.delete(channel),
    });
    others.add(channel);
    return channel as unknown as BroadcastChannel;
  }
}

interface Page {
  readonly link: AlertLink;
  readonly seen: number[];
  readonly leads: boolean[];
}

function open(browser: FakeBrowser, isSecure = true): Page {
  const seen: number[] = [];
  const leads: boolean[] = [];
  const link = new AlertLink(browser.surroundings(isSecure), {
    onNews(news, isLeader) {
      if (news.type !== 'firing') return;
      seen.push(news.firing.seq);
      leads.push(isLeader);
    },
    onTrouble: () => undefined,
  });
  link.start();
  return { link, seen, leads };
}

const overview = (store: string, lastSeq = 0): AlertNews => ({
  type: 'overview',
  overview: {
    available: true,
    message: '',
    mayChange: true,
    store,
    lastSeq,
    mutedUntilUs: 0,
    rules: [],
    webhooks: [],
    webhookOrigins: [],
  },
});
const firing = (seq: number): AlertNews => ({ type: 'firing', firing: { seq } as AlertFiring });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the alerts of a browser', () => {
  it('come over one stream for all its pages, to each page once', async () => {
    const browser = new FakeBrowser();
    const pages = [open(browser), open(browser), open(browser)];
    browser.tell(overview('aa'));
    browser.tell(firing(1));
    browser.tell(firing(2));
    expect(browser.streams.length).toBe(1);
    expect(pages.map(({ seen }) => seen)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(pages.map(({ leads }) => leads[0])).toEqual([true, false, false]);
    for (const { link } of pages) link.stop();
  });

  it('go on in the next page when the one with the stream is closed, after what was seen', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [open(browser), open(browser)];
    browser.tell(overview('aa'));
    browser.tell(firing(7));
    first.link.stop();
    await turn();
    expect(browser.stream.url).toBe('/api/alerts/stream?after=aa.7');
    // The server sends the last one again, as after a lost connection.
    browser.tell(overview('aa', 8));
    browser.tell(firing(7));
    browser.tell(firing(8));
    expect(second.seen).toEqual([7, 8]);
    second.link.stop();
  });

  it('begin with what is new for a browser that was never here, and with what was missed for one that was', async () => {
    const browser = new FakeBrowser();
    const first = open(browser);
    expect(browser.stream.url).toBe('/api/alerts/stream');
    browser.tell(overview('aa', 41));
    expect(browser.stored.get('tickwire.alerts.seen')).toBe('aa.41');
    first.link.stop();
    await turn();
    const later = open(browser);
    expect(browser.stream.url).toBe('/api/alerts/stream?after=aa.41');
    later.link.stop();
  });

  it('are counted anew where the server has another database', () => {
    const browser = new FakeBrowser();
    const page = open(browser);
    browser.tell(overview('aa'));
    browser.tell(firing(9));
    browser.tell(overview('bb'));
    browser.tell(firing(1));
    expect(page.seen).toEqual([9, 1]);
    page.link.stop();
  });

  it('have a stream a page where the browser can share none, and let go of it when the page is hidden', () => {
    const browser = new FakeBrowser();
    const pages = [open(browser, false), open(browser, false)];
    expect([browser.streams.length, pages[0]!.link.isAlone]).toEqual([2, true]);
    pages[0]!.link.pause();
    expect(browser.streams[0]!.readyState).toBe(2);
    pages[0]!.link.resume();
    expect(browser.streams.length).toBe(3);
    for (const { link } of pages) link.stop();
  });

  it('take the server’s sentence for an answer', async () => {
    const browser = new FakeBrowser();
    const { link } = open(browser);
    expect(await link.ask('DELETE', '/3')).toEqual({ ok: false, message: 'Not now.' });
    expect(browser.asked.at(-1)).toBe('DELETE /api/alerts/3');
    link.stop();
  });
});
