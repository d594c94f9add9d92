import { describe, expect, it } from 'vitest';
import { Arena, type Area } from '../../../../server/engine/arena.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';

const KIB = 1_024;

describe('Arena', () => {
  it('uses the same memory again and again while nobody holds it', () => {
    const arena = new Arena();
    const { bytes } = arena;
    for (let count = 0; count < 10_000; count += 1) arena.take(KIB);
    expect(arena.bytes).toBe(bytes);
  });

  it('never hands out what somebody still reads, whoever lets go when', () => {
    const arena = new Arena();
    const random = new SeededRandom(11);
    const held: { area: Area; value: number }[] = [];
    for (let count = 0; count < 20_000; count += 1) {
      const area = arena.take(random.between(1, 900));
      const value = random.below(256);
      area.bytes.fill(value);
      if (random.below(4) === 0) {
        area.slab.hold();
        held.push({ area, value });
      }
      while (held.length > random.below(200)) {
        const [done] = held.splice(random.below(held.length), 1);
        expect(done!.area.bytes.every((byte) => byte === done!.value)).toBe(true);
        done!.area.slab.release();
      }
    }
    for (const { area } of held) area.slab.release();
    const { bytes } = arena;
    for (let count = 0; count < 20_000; count += 1) arena.take(KIB);
    expect(arena.bytes).toBe(bytes);
  });

  it('is bounded: past its bound, and for huge frames, memory is the frame’s own', () => {
    const arena = new Arena();
    const areas = Array.from({ length: 100_000 }, () => {
      const area = arena.take(KIB);
      area.slab.hold();
      return area;
    });
    expect(arena.bytes).toBe(64 * KIB * KIB);
    expect(new Set(areas.map(({ slab }) => slab)).size).toBe(257);
    const huge = arena.take(KIB * KIB);
    expect(huge.bytes).toHaveLength(KIB * KIB);
    huge.slab.hold();
    huge.slab.release();
    for (const { slab } of areas) slab.release();
  });

  it('notices a release too many', () => {
    const { slab } = new Arena().take(1);
    slab.hold();
    slab.release();
    expect(() => slab.release()).toThrow('as often as');
  });
});
