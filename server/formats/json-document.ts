import { foundText, RecordingError } from './recording-error.ts';

/** A JSON document has no part that can be read alone. Bars of a minute of 15 years are about a third of this. */
const DOCUMENT_BYTES_MAX = 268_435_456;

/** A JSON document on its way into memory, up to 256 MB. Numbers stay the text that they are: a float would not give all decimals back. */
export class JsonDocument {
  readonly #label: string;
  readonly #what: string;
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** @param what it is of, for sentences */
  constructor(label: string, what: string) {
    this.#label = label;
    this.#what = what;
  }

  /** @throws RecordingError */
  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > DOCUMENT_BYTES_MAX)
      throw new RecordingError(
        'too-large',
        this.#label,
        ` is a JSON document of more than ${DOCUMENT_BYTES_MAX} bytes: expected a smaller one, or one object a line.`,
      );
    this.#chunks.push(Buffer.from(bytes));
  }

  /** To be called once. @throws RecordingError */
  parsed(): unknown {
    const text = Buffer.concat(this.#chunks).toString('utf8');
    this.#chunks = [];
    try {
      return JsonDocument.ofText(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const sentence = ` is damaged: expected a whole JSON document of ${this.#what} (${foundText(reason)}).`;
      throw new RecordingError('damaged', this.#label, sentence);
    }
  }

  /** @throws SyntaxError */
  static ofText(text: string): unknown {
    return JSON.parse(text, keepNumberText) as unknown;
  }
}

/** Numbers as they stand in the document (ECMAScript's JSON.parse source text access). */
function keepNumberText(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? context!.source : value;
}
