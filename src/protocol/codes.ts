import { PAGE_CODES } from './page-codes.ts';

/**
 * The registry of public codes. Numbers carry the policy:
 *   100-199    `error`: the request failed, the connection goes on
 *   4000-4399  close: come back, after the stated time or with back-off
 *   4400-4499  close: do not come back by yourself; the same attempt would fail again
 * A client treats an unknown 4xxx below 4400 or from 4500 as "come back" and 1008 as "stop".
 */
export const ERROR_CODES = {
  malformedMessage: {
    code: 100,
    sentence: 'The message is not of the form that its type requires.',
    actor: 'client author',
  },
  unknownType: { code: 101, sentence: 'No message has this type.', actor: 'client author' },
  helloRequired: { code: 102, sentence: 'The first message must be hello.', actor: 'client author' },
  alreadyGreeted: {
    code: 103,
    sentence: 'hello was already answered on this connection.',
    actor: 'client author',
  },
  unknownChannel: { code: 104, sentence: 'No channel has this name.', actor: 'client author' },
  badSelector: {
    code: 105,
    sentence: 'A selector is empty, too long, or of no known form.',
    actor: 'client author',
  },
  tooManySubscriptions: {
    code: 106,
    sentence: 'This connection has as many subscriptions as it may.',
    actor: 'client author',
  },
  unknownSubscription: {
    code: 107,
    sentence: 'No open subscription has this number.',
    actor: 'client author',
  },
  duplicateSubscription: {
    code: 108,
    sentence: 'An open subscription already has this number.',
    actor: 'client author',
  },
  unknownInstrument: {
    code: 109,
    sentence: 'No instrument that you may see has this name.',
    actor: 'viewer',
  },
  notSeekable: {
    code: 110,
    sentence: 'This timeline is live: it cannot be paused, moved or sped up.',
    actor: 'viewer',
  },
  badRange: {
    code: 111,
    sentence: 'A number lies outside the range that is allowed for it.',
    actor: 'client author',
  },
  tooManyMessages: {
    code: PAGE_CODES.tooManyMessages,
    sentence: 'Too many messages; slow down.',
    actor: 'client author',
  },
  controlNotAllowed: {
    code: 113,
    sentence: 'This server does not let viewers move its replay.',
    actor: 'operator',
  },
  unknownRecording: {
    code: PAGE_CODES.unknownRecording,
    sentence: 'No recording has this name.',
    actor: 'viewer',
  },
  tooManyReplays: {
    code: PAGE_CODES.tooManyReplays,
    sentence: 'As many recordings are played at once as this server allows; try again later.',
    actor: 'operator',
  },
  recordingUnreadable: {
    code: PAGE_CODES.recordingUnreadable,
    sentence: 'The recording cannot be played.',
    actor: 'operator',
  },
  tokenRefused: {
    code: 117,
    sentence: 'The token is wrong or expired; the one before it holds.',
    actor: 'viewer',
  },
} as const;

export const CLOSE_CODES = {
  shutdown: { code: 4000, sentence: 'The server is going down or restarting.', actor: 'nobody' },
  slowConsumer: {
    code: 4001,
    sentence: 'The client did not read what was sent for too long.',
    actor: 'viewer',
  },
  silence: { code: 4002, sentence: 'Nothing was heard from the client for too long.', actor: 'nobody' },
  overloaded: { code: 4003, sentence: 'The server has as many connections as it may.', actor: 'operator' },
  unsettled: {
    code: 4004,
    sentence: 'It could not be found out now who may watch.',
    actor: 'operator',
  },
  badFrame: { code: 4400, sentence: 'A frame could not be decoded at all.', actor: 'client author' },
  unauthorized: { code: 4401, sentence: 'The token is missing, wrong or expired.', actor: 'viewer' },
  unsupportedVersion: {
    code: 4402,
    sentence: 'This server does not speak the version of the protocol that was asked for.',
    actor: 'client author',
  },
  helloDeadline: { code: 4408, sentence: 'No hello came in time.', actor: 'client author' },
  tooManyRefusals: {
    code: 4429,
    sentence: 'Too many messages were refused on this connection.',
    actor: 'client author',
  },
} as const;

export type ErrorName = keyof typeof ERROR_CODES;
export type CloseName = keyof typeof CLOSE_CODES;

const CLOSE_STOP_FIRST = 4400;
const CLOSE_STOP_LAST = 4499;
/** RFC 6455 policy violation, e.g. a proxy's or an origin check's answer. */
const CLOSE_POLICY = 1008;

/** Whether a client may come back by itself after this close code. */
export function mayReconnect(closeCode: number): boolean {
  if (closeCode === CLOSE_POLICY) return false;
  return closeCode < CLOSE_STOP_FIRST || closeCode > CLOSE_STOP_LAST;
}
