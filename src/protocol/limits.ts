import { invariant } from './invariant.ts';

/** Every bound of the protocol, with its unit. Both ends import this file; `welcome` repeats what a client needs. */
export const LIMITS = {
  /** Largest frame a client may send, bytes. */
  inboundFrameBytesMax: 65_536,
  /** Time from open to `hello`, ms. */
  helloDeadlineMs: 10_000,
  /** Bytes that a client may send before its `hello` is accepted. */
  helloBytesMax: 16_384,
  /** Characters of a token. */
  tokenCharsMax: 4_096,
  /** A client sends `ping` at least this often, ms. */
  heartbeatMs: 14_000,
  /** A peer silent for this long is gone, ms. */
  silenceMaxMs: 29_000,
  /** Subscriptions open at once on a connection. */
  subscriptionsMax: 64,
  /** Selectors in one `subscribe`. */
  selectorsMax: 5_000,
  /** Characters in one selector. */
  selectorCharsMax: 128,
  /** Requested rates, Hz. */
  rateHzMin: 0.1,
  rateHzMax: 60,
  rateHzDefault: 10,
  /** Bandwidth that may be asked for a connection, bits a second; 0 = no cap. */
  bitsPerSecondMin: 8_000,
  bitsPerSecondMax: 10_000_000_000,
  /** A client that shows what it gets later than this says so with `ack`, ms. */
  ackLagMs: 1_000,
  /** Client messages: tokens a second, and the bucket's size. */
  messagesPerSecond: 20,
  messagesBurst: 120,
  /** Refused messages on one connection before it is closed. */
  refusalsMax: 20,
  /** Bars or trades in one `history` answer. */
  historyRowsMax: 5_000,
  /** Bars merged into one in a `history` answer, and bars that are read for one answer of merged bars. */
  historyStepMax: 60,
  historyMergedMax: 60_000,
  /** Instruments in one `history` of kind `closes`. */
  historyInstrumentsMax: 500,
  /** Data waits (its updates conflate) while a client has unsent bytes; after this long it is told so, ms. */
  queueNoticeMs: 1_000,
  /** Bytes sent and not yet taken by the client above which its data waits too: what the systems buffer is stale. */
  underWayBytesMax: 262_144,
  /** Unsent bytes above which even control messages cannot be kept: the client is cut, bytes. */
  queueBytesHard: 4_194_304,
  /** Trades kept per timeline for batching and resume. */
  tradeRingSize: 131_072,
  /** Selectors with a `*` or a `venue:` in one `subscribe`: each is tried on every instrument. */
  selectorPatternsMax: 64,
  /** `history` requests of one connection that wait for their answers at once. */
  historyWaitingMax: 64,
  /** Closing prices in one `history` of kind `closes`, all instruments together. */
  historyClosesMax: 60_000,
  /** Trades kept per instrument for `history`. */
  tradeHistoryPerInstrument: 256,
  /** Gap marks that a timeline keeps for newcomers, and for each instrument for `history`; the oldest go first. */
  gapMarksMax: 256,
  gapMarksPerInstrument: 32,
  /** Speeds of a replay, recorded seconds a second; the highest is as fast as the server can. */
  replaySpeedMin: 0.1,
  replaySpeedMax: 1_000_000,
  /** Recordings that are played as one. */
  recordingsMergedMax: 16,
  /** Characters of what an `open` names: one recording or several. */
  recordingCharsMax: 2_048,
  /** Book levels a side on the wire. */
  bookLevelsMax: 10,
  /** MessagePack or JSON nesting of a client message. */
  depthMax: 6,
} as const;

invariant(
  LIMITS.heartbeatMs * 2 < LIMITS.silenceMaxMs,
  'a peer gets two heartbeats before it counts as gone',
);
invariant(
  LIMITS.messagesPerSecond < LIMITS.messagesBurst,
  'the bucket holds more than one second of messages',
);
