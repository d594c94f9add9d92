/** Codes that the page itself acts upon, apart from the registry: its sentences are the ends' of a connection alone. */
export const PAGE_CODES = {
  tooManyMessages: 112,
  unknownRecording: 114,
  tooManyReplays: 115,
  recordingUnreadable: 116,
} as const;
