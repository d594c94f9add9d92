import { QUOTE_FIELDS, asOf, durationMs, encodeServerMessage, unixUs } from '#protocol';
import { START_US, SYMBOLS, type RecordedTicks, type Tick } from './recorded-ticks.ts';

/** What the decoders are given, as plain data: it also goes to a browser. Bytes are base64. */
export interface DecodeLoad {
  /** The first messages of a connection, in their order. */
  readonly opening: readonly string[];
  /** What makes the client ready for the first message again, after a new epoch. */
  readonly references: string;
  /** By tick: what is told of the dictionary, if anything, and then the data frame. */
  readonly messages: readonly (readonly string[])[];
  /** What a client holds after the last of them: by id, in the order of QUOTE_FIELDS; null = not known. */
  readonly held: readonly (readonly (number | null)[])[];
  /** The same updates by tick, each as JSON text. */
  readonly texts: readonly (readonly string[])[];
  /** And each as MessagePack. */
  readonly packed: readonly (readonly string[])[];
}

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');

const heldAfter = ({ columns }: Tick): (number | null)[][] =>
  Array.from({ length: SYMBOLS }, (_, id) =>
    QUOTE_FIELDS.map((field) => {
      const value = columns[field][id]!;
      return Number.isNaN(value) ? null : value;
    }),
  );

export function decodeLoad({ ticks, dictionary, references }: RecordedTicks): DecodeLoad {
  const welcome = encodeServerMessage(
    {
      type: 'welcome',
      version: 1,
      session: 'bench',
      epoch: 'bench',
      resume: 'none',
      clock: { asOf: asOf(0), timeUs: unixUs(START_US), speed: 1 },
      server: 'bench',
      heartbeatMs: durationMs(1_000),
      silenceMaxMs: durationMs(10_000),
    },
    'binary',
  );
  return {
    opening: [base64(welcome), base64(dictionary)],
    references: base64(references),
    messages: ticks.map(({ instruments, frame }) => [...instruments, frame].map(base64)),
    held: heldAfter(ticks.at(-1)!),
    texts: ticks.map(({ texts }) => texts),
    packed: ticks.map(({ packed }) => packed.map(base64)),
  };
}
