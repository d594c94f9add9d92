import type { VenueRest } from './ports.ts';

interface Answer {
  readonly url: URL;
  readonly body: string;
  /** NaN where nobody wrote it down. */
  readonly timeUs: number;
}

interface Question {
  readonly answer: Answer;
  readonly resolve: (body: string) => void;
}

/**
 * Answers a venue's REST questions from recorded answers. Not a cache: each answer is given once, so that an adapter that is not content
 * with one cannot ask for it for ever.
 *
 * Invariant: an answer is not given before the time at which it was recorded, as far as the capture says what time it is.
 */
export class CaptureRest implements VenueRest {
  readonly #base: string;
  readonly #answers: Answer[] = [];
  #waiting: Question[] = [];
  #nowUs = Number.NaN;
  #asked = 0;
  readonly #onMissing: (path: string) => void;

  /**
   * @param base start of every address of the venue
   * @param onMissing told of a question to which no answer is at hand
   */
  constructor(base: string, onMissing: (path: string) => void = () => undefined) {
    this.#base = base;
    this.#onMissing = onMissing;
  }

  /** Questions that were asked so far. */
  get asked(): number {
    return this.#asked;
  }

  add(url: string, body: string, timeUs: number): void {
    const parsed = URL.parse(url);
    if (parsed !== null) this.#answers.push({ url: parsed, body, timeUs });
  }

  text(path: string): Promise<string> {
    this.#asked += 1;
    const wanted = URL.parse(`${this.#base}${path}`);
    const fitting = wanted === null ? [] : this.#answers.filter(({ url }) => answers(url, wanted));
    const answer = fitting.find(({ timeUs }) => timeUs >= this.#nowUs) ?? fitting.at(-1);
    if (answer === undefined) {
      this.#onMissing(path);
      return Promise.reject(
        new Error(`No recorded answer to GET ${path} is at hand (or it was given already).`),
      );
    }
    this.#answers.splice(this.#answers.indexOf(answer), 1);
    if (!(answer.timeUs > this.#nowUs)) return Promise.resolve(answer.body);
    return new Promise((resolve) => this.#waiting.push({ answer, resolve }));
  }

  /** The capture has come to this time. True when questions were answered by that. */
  reach(timeUs: number): boolean {
    this.#nowUs = timeUs;
    if (this.#waiting.length === 0) return false;
    const due = this.#waiting.filter(({ answer }) => answer.timeUs <= timeUs);
    this.#waiting = this.#waiting.filter(({ answer }) => answer.timeUs > timeUs);
    for (const { answer, resolve } of due) resolve(answer.body);
    return due.length > 0;
  }
}

/** Whether an answer is one to this question: the same path, and no name in both queries that stands for something else; a number is a bound. */
function answers(recorded: URL, wanted: URL): boolean {
  const path = ({ pathname }: URL) => pathname.replace(/\/$/, '').toLowerCase();
  if (path(recorded) !== path(wanted)) return false;
  return [...wanted.searchParams].every(([name, value]) => {
    const other = recorded.searchParams.get(name);
    return other === null || other === value || (/^\d+$/.test(other) && /^\d+$/.test(value));
  });
}
