/**
 * Rules of docs/protocol/SPEC.md that no test names, each with its reason. The list only shrinks: a rule that a test names has to
 * leave it.
 */
export const UNTESTED_RULES: Readonly<Record<string, string>> = {
  RS10: 'a duty of clients: src/lib/client decides it in its subscriptions',
  DI6: 'a wish, not a promise: ids follow the order of definition so far',
  ST4: 'a duty of clients: what the page shows is tested in the browser',
  HB2: 'a duty of clients: src/lib/client judges liveness by itself',
  CL3: 'the server names no other address yet',
  EV2: 'a promise about versions to come',
};
