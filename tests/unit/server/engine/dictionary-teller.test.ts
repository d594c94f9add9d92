import { beforeEach, describe, expect, it } from 'vitest';
import { asOf, instrumentId, type InstrumentId } from '#protocol';
import { Dictionary } from '../../../../server/engine/dictionary.ts';
import { DictionaryTeller } from '../../../../server/engine/dictionary-teller.ts';
import { Subscriber, newSubscription } from '../../../../server/engine/subscriber.ts';
import { SelectorSet } from '../../../../server/engine/selector.ts';
import { instrument } from '../../../support/test-timeline.ts';

/** What was told: generation, entries, references. */
type Told = [generation: number, entries: InstrumentId[], references: InstrumentId[]];

const [A, B, C] = [0, 1, 2].map(instrumentId) as [InstrumentId, InstrumentId, InstrumentId];

let dictionary: Dictionary;
let teller: DictionaryTeller;

beforeEach(() => {
  dictionary = new Dictionary();
  teller = new DictionaryTeller(dictionary);
  for (const symbol of ['A', 'B', 'C']) dictionary.define(instrument(symbol));
  dictionary.seal();
});

function viewer(ids: readonly InstrumentId[]): { subscriber: Subscriber; heard: () => Told[] } {
  let told: Told[] = [];
  const subscriber = new Subscriber(
    {
      controlBytes: 0,
      room: () => Number.POSITIVE_INFINITY,
      roomAtMost: () => Number.POSITIVE_INFINITY,
      sendData: () => undefined,
      tellLost: () => undefined,
      tellInstruments: (generation, entries, references) =>
        void told.push([generation, [...entries], [...references]]),
    },
    asOf(0),
  );
  subscriber.subscriptions.set(1, newSubscription(1, 'quote', SelectorSet.parse(['*'])!, 10));
  teller.tellNew(subscriber, ids);
  const heard = (): Told[] => {
    const heardNow = told;
    told = [];
    return heardNow;
  };
  return { subscriber, heard };
}

/** A generation in which the references of an instrument moved. */
function moveReferences(id: InstrumentId, price: number): void {
  dictionary.anchor(id, price, 0);
  teller.announce(viewers, dictionary.seal());
}

let viewers: Subscriber[] = [];

describe('[DI2] a viewer', () => {
  it('is told of new references before its next frame, of all generations since together, and of its own instruments', () => {
    const { subscriber, heard } = viewer([A, B]);
    viewers = [subscriber];
    expect(heard()).toEqual([[1, [A, B], []]]);
    moveReferences(A, 100);
    moveReferences(C, 300);
    moveReferences(B, 200);
    moveReferences(A, 101);
    expect(heard()).toEqual([]);
    teller.catchUp(subscriber);
    expect(heard()).toEqual([[5, [], [A, B]]]);
    teller.catchUp(subscriber);
    expect(heard()).toEqual([]);
  });

  it('is told at once where its units changed', () => {
    const { subscriber, heard } = viewer([A, B]);
    viewers = [subscriber];
    heard();
    moveReferences(B, 200);
    dictionary.define(instrument('A', { name: 'Ay' }));
    teller.announce(viewers, dictionary.seal());
    expect(heard()).toEqual([[3, [A], [B]]]);
  });

  it('is told what it lacks together with what is new to it', () => {
    const { subscriber, heard } = viewer([A]);
    viewers = [subscriber];
    heard();
    moveReferences(A, 100);
    teller.tellNew(subscriber, [A, C]);
    expect(heard()).toEqual([[2, [C], [A]]]);
  });

  it('that was told nothing yet lacks nothing', () => {
    const { subscriber, heard } = viewer([]);
    viewers = [subscriber];
    expect(heard()).toEqual([[1, [], []]]);
    const newcomer = new Subscriber(subscriber.peer, asOf(0));
    teller.catchUp(newcomer);
    expect(heard()).toEqual([]);
  });
});

describe('a new generation', () => {
  it('of references alone waits until no tick is under way, and not for ever', () => {
    dictionary.anchor(A, 100, 0);
    expect(teller.isDue(false, 7)).toBe(false);
    expect(teller.isDue(false, 26)).toBe(false);
    expect(teller.isDue(true, 26)).toBe(true);
    expect(teller.isDue(false, 30)).toBe(false);
    expect(teller.isDue(false, 49)).toBe(false);
    expect(teller.isDue(false, 50)).toBe(true);
  });

  it('with a new instrument does not wait', () => {
    dictionary.anchor(A, 100, 0);
    dictionary.define(instrument('D'));
    expect(teller.isDue(false, 7)).toBe(true);
    dictionary.seal();
    expect(teller.isDue(true, 7)).toBe(false);
  });
});
