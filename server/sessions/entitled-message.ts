import {
  assertNever,
  type FeedStatus,
  type InstrumentId,
  type ServerMessage,
  type StatusMessage,
} from '#protocol';
import { entitledEpoch } from '../access/entitled-epoch.ts';
import type { Entitlement } from '../access/entitlement.ts';
import type { Dictionary } from '../engine/dictionary.ts';

const TROUBLE = 'The feed has trouble.';

/** What was made for each class of what everybody is told: all of a class are told one object, which is encoded once. */
const made = new WeakMap<ServerMessage, Map<string, ServerMessage>>();

/** What a viewer who may not see everything is told instead. Messages that are about what it subscribed to are right as they are. */
export function entitledMessage<Message extends ServerMessage>(
  message: Message,
  entitlement: Entitlement,
  dictionary: Dictionary,
): Message {
  if (!isForAll(message)) return message;
  let classes = made.get(message);
  if (classes === undefined) {
    classes = new Map();
    made.set(message, classes);
  }
  let told = classes.get(entitlement.key);
  if (told === undefined) {
    const sees = (id: InstrumentId): boolean => entitlement.sees(dictionary.definition(id));
    told = entitled(message, entitlement, sees);
    classes.set(entitlement.key, told);
  }
  return told as Message;
}

type ForAll = Extract<ServerMessage, { type: 'timeline' | 'status' | 'gaps' }>;

function isForAll(message: ServerMessage): message is ForAll {
  return message.type === 'timeline' || message.type === 'status' || message.type === 'gaps';
}

function entitled(
  message: ForAll,
  entitlement: Entitlement,
  sees: (id: InstrumentId) => boolean,
): ServerMessage {
  switch (message.type) {
    case 'timeline':
      return { ...message, epoch: entitledEpoch(message.epoch, entitlement) };
    case 'status':
      return entitledStatus(message, sees);
    case 'gaps':
      return {
        ...message,
        marks: message.marks.filter(({ instrument }) => instrument === undefined || sees(instrument)),
      };
    default:
      return assertNever(message);
  }
}

function entitledStatus(status: StatusMessage, sees: (id: InstrumentId) => boolean): StatusMessage {
  const { stale } = status;
  return {
    ...status,
    feeds: status.feeds.map(entitledFeed),
    ...(stale === undefined ? {} : { stale: stale.filter(({ instrument }) => sees(instrument)) }),
  };
}

/** Sentences of a feed may name its instruments, and counts tell how many there are. */
function entitledFeed({ instruments: _, lastProblem: __, message, ...feed }: FeedStatus): FeedStatus {
  return { ...feed, message: message === '' ? '' : TROUBLE };
}
