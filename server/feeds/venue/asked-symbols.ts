import type { RawFrame, Venue, VenuePort } from './ports.ts';

/** Where in a request of the adapter its symbol stands, and in what form. */
interface Place {
  readonly key: string;
  readonly before: string;
  readonly after: string;
  /** What makes the venue's spelling of the form that stands there. */
  readonly spelled: (text: string) => string;
}

/**
 * Reads from what a client sent which symbols it asked for: it compares with what the adapter itself sends for one of its example
 * symbols. A request of another shape than the adapter's says nothing.
 */
export class AskedSymbols {
  readonly #places: readonly Place[];

  constructor(venue: Venue) {
    const [example] = venue.symbolExamples;
    this.#places = example === undefined ? [] : placesOf(venue, example);
  }

  in(frame: RawFrame): string[] {
    const symbols = new Set<string>();
    for (const [key, text] of texts(frame)) {
      for (const { key: wanted, before, after, spelled } of this.#places) {
        const fits = key === wanted && text.length > before.length + after.length;
        if (fits && text.startsWith(before) && text.endsWith(after))
          symbols.add(spelled(text.slice(before.length, text.length - after.length)));
      }
    }
    return [...symbols];
  }
}

function placesOf(venue: Venue, example: string): Place[] {
  const upper = (text: string) => text.toUpperCase();
  const lower = (text: string) => text.toLowerCase();
  const forms = [
    { form: example, spelled: (text: string) => text },
    { form: lower(example), spelled: upper },
    { form: upper(example), spelled: lower },
  ];
  return venue
    .connect(deafPort(venue))
    .subscribe([example])
    .flatMap((frame) => [...texts(frame)])
    .flatMap(([key, text]) => {
      const found = forms.find(({ form }) => text.includes(form));
      if (found === undefined) return [];
      const at = text.indexOf(found.form);
      const place = { key, before: text.slice(0, at), after: text.slice(at + found.form.length) };
      return [{ ...place, spelled: found.spelled }];
    });
}

/** Every text in a JSON frame with the name of the member that it stands in, lists looked through. */
function* texts(frame: RawFrame): Generator<[key: string, text: string]> {
  if (typeof frame !== 'string') return;
  const pending: [string, unknown][] = [];
  try {
    pending.push(['', JSON.parse(frame)]);
  } catch {
    return;
  }
  for (const [key, value] of pending) {
    if (typeof value === 'string') yield [key, value];
    else if (Array.isArray(value)) pending.push(...value.map((item): [string, unknown] => [key, item]));
    else if (typeof value === 'object' && value !== null) pending.push(...Object.entries(value));
  }
}

/** A port for a connection that is only asked what it would send. */
function deafPort(venue: Venue): VenuePort {
  const nothing = (): void => undefined;
  return {
    instrument: () => null,
    event: nothing,
    trade: nothing,
    live: nothing,
    acknowledged: nothing,
    refused: nothing,
    ready: nothing,
    heartbeat: nothing,
    fault: nothing,
    unknown: nothing,
    malformed: nothing,
    unexpected: nothing,
    notice: nothing,
    rotate: nothing,
    fail: nothing,
    send: nothing,
    inPortions: nothing,
    rest: { text: () => Promise.reject(new Error(`${venue.title} is not asked here.`)) },
    key: (env) => env,
  };
}
