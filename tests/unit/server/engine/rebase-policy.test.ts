import { describe, expect, it } from 'vitest';
import { NUMBER_BYTES_MAX, writeNumber, type ReferenceColumns } from '#protocol';
import {
  REBASE_LOOKS_PER_SECOND,
  RebasePolicy,
  numberBytes,
  referencePriceFor,
  referenceVolumeFor,
  type References,
} from '../../../../server/engine/rebase-policy.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { TestMarket } from './test-market.ts';

/** A policy with its market and the references that follow its advice. */
class World {
  readonly market: TestMarket;
  readonly policy = new RebasePolicy();
  readonly reference: ReferenceColumns;
  moves: { look: number; id: number }[] = [];
  #look = 0;
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
    this.market = new TestMarket(size);
    this.reference = { price: new Float64Array(size), volume: new Float64Array(size) };
  }

  /** Looks `looks` times, each time after `change`. */
  run(looks: number, change: (market: TestMarket, look: number) => void): this {
    for (let count = 0; count < looks; count += 1) {
      this.#look += 1;
      change(this.market, this.#look);
      for (const id of this.policy.look(this.market, this.reference, this.#size)) {
        this.moves.push({ look: this.#look, id });
        this.choose(id);
      }
    }
    return this;
  }

  choose(id: number): void {
    const references: References = { price: this.reference.price[id]!, volume: this.reference.volume[id]! };
    this.policy.choose(this.market.columns, id, references);
    this.reference.price[id] = references.price;
    this.reference.volume[id] = references.volume;
  }

  movesOf(id: number): number {
    return this.moves.filter((move) => move.id === id).length;
  }
}

describe('numberBytes', () => {
  it('counts what the encoder writes, at every edge', () => {
    const edges = [0, 0x20, 0x7f, 0x80, 0xff, 0x80_00, 0xff_ff, 0x80_00_00_00, 0xff_ff_ff_ff];
    const values = edges.flatMap((edge) => [edge - 1, edge, edge + 1].flatMap((value) => [value, -value]));
    const out = new Uint8Array(NUMBER_BYTES_MAX);
    for (const value of [...values, Number.NaN, 1e15, -1e15]) {
      expect({ value, bytes: numberBytes(value) }).toEqual({ value, bytes: writeNumber(out, 0, value) });
    }
  });
});

describe('references', () => {
  it('leave a price one byte for 80 ticks both ways', () => {
    const reference = referencePriceFor(1_000);
    expect([-80, 79].map((move) => numberBytes(1_000 + move - reference))).toEqual([1, 1]);
    expect([-81, 80].map((move) => numberBytes(1_000 + move - reference))).toEqual([2, 2]);
  });

  it.each([
    [0, 1, 'an unknown step'],
    [5, 1, 'small steps'],
    [1_000, 3, 'round lots of a share'],
    [1_000_000, 5, 'a coin in its smallest units'],
    [5_000_000_000, 5, 'steps beyond every width'],
  ])('lie ahead of a volume that grows by %i, in numbers of %i bytes: %s', (step, bytes) => {
    const reference = referenceVolumeFor(1e9, step);
    expect(reference).toBeGreaterThan(1e9);
    expect(numberBytes(1e9 - reference)).toBe(bytes);
  });
});

describe('RebasePolicy', () => {
  it('follows a price that has gone far and stays there, after it has cost more than a move does', () => {
    const world = new World(1).run(200, (market, look) => market.quote(0, 90_000 + (look % 2), 90_002));
    expect(world.movesOf(0)).toBe(1);
    expect(world.moves[0]!.look).toBeGreaterThan(3);
    expect(world.moves[0]!.look).toBeLessThan(60);
    expect(numberBytes(90_000 - world.reference.price[0]!)).toBe(1);
  });

  it('follows an instrument that has quotes and no trades, and one that has trades and no quotes', () => {
    const world = new World(2).run(200, (market, look) => {
      market.quote(0, 5_000 + (look % 2), Number.NaN);
      market.trade(1, 7_000 + (look % 2), Number.NaN);
    });
    expect([world.movesOf(0), world.movesOf(1)]).toEqual([1, 1]);
    expect([...world.reference.price].map((price) => Math.round(price / 1_000))).toEqual([5, 7]);
    expect([...world.reference.volume]).toEqual([0, 0]);
  });

  it('lets a price be that comes back at once', () => {
    const world = new World(1).run(500, (market, look) => {
      const far = look % 100 === 0 ? 1_000 : 0;
      market.quote(0, 10 + far + (look % 2), 12 + far);
    });
    expect(world.moves).toEqual([]);
  });

  it('lets a spread be that no reference makes cheap', () => {
    const world = new World(1);
    world.market.quote(0, 0, 1_000_000);
    world.choose(0);
    world.run(500, (market, look) => market.quote(0, look % 2, 1_000_000 + (look % 3)));
    expect(world.moves).toEqual([]);
  });

  it('does not move for what nobody would be sent: no new version, or no price and volume in it', () => {
    const world = new World(2);
    world.market.quote(0, 90_000, 90_002);
    world.market.quote(1, 90_000, 90_002);
    world.run(500, (market) => market.touch(1));
    expect(world.moves).toEqual([]);
  });

  it('lets a volume grow through its room before it moves the reference again', () => {
    const lotsOf = { small: 3, large: 2_000 } as const;
    const world = new World(2).run(3_000, (market, look) => {
      market.trade(0, 0, look * lotsOf.small);
      market.trade(1, 0, 70_000 + look * lotsOf.large);
    });
    expect(world.movesOf(0)).toBeGreaterThan((3_000 * lotsOf.small) / 400);
    expect(world.movesOf(0)).toBeLessThan((3_000 * lotsOf.small) / 160);
    expect(world.movesOf(1)).toBeGreaterThan(20);
    expect(world.movesOf(1)).toBeLessThan((3_000 * lotsOf.large) / 0x1_80_00 + 1);
  });

  it('waits with few instruments until a generation pays, and makes at most one in two seconds', () => {
    const price = (look: number): number => look * 1_000_000;
    const world = new World(400).run(1_000, (market, look) => {
      for (let id = 0; id < 400; id += 1) market.quote(id, price(look), price(look) + 1);
    });
    const generations = [...new Set(world.moves.map(({ look }) => look))];
    expect(generations.length).toBeGreaterThan(10);
    expect(generations.length).toBeLessThanOrEqual(1_000 / (2 * REBASE_LOOKS_PER_SECOND));
    const alone = new World(400).run(1_000, (market, look) => market.quote(7, price(look), price(look) + 1));
    const aloneMoves = alone.movesOf(7);
    expect(aloneMoves).toBeGreaterThan(0);
    expect(aloneMoves).toBeLessThan(generations.length);
  });

  it('costs less with its moves than without, on walks of every size', () => {
    const random = new SeededRandom(3);
    for (const stride of [2, 20, 200, 20_000]) {
      const cost = (follows: boolean): number => {
        const world = new World(1);
        let [bytes, bid, volume] = [0, 0, 0];
        world.run(5_000, (market) => {
          bid += random.between(-stride, stride);
          volume += random.between(0, stride);
          market.quote(0, bid, bid + 1);
          market.trade(0, bid, volume);
          const { price, volume: base } = follows ? world.reference : { price: [0], volume: [0] };
          for (const value of [bid, bid + 1, bid]) bytes += numberBytes(value - price[0]!);
          bytes += numberBytes(volume - base[0]!);
        });
        return bytes + (follows ? world.moves.length * (11 + 55) : 0);
      };
      expect({ stride, pays: cost(true) < cost(false) }).toEqual({ stride, pays: true });
    }
  });

  it('begins anew with an epoch: what was there before costs nothing', () => {
    const world = new World(1).run(3, (market, look) => market.quote(0, 90_000 + look, 90_009));
    world.policy.clear();
    world.reference.price[0] = 90_000;
    world.run(200, (market, look) => market.quote(0, 90_000 + (look % 2), 90_002));
    expect(world.moves).toEqual([]);
  });
});
