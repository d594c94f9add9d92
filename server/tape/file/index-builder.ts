import type { PlacedBlock, TapeIndex } from './index-content.ts';

const SECOND_US = 1_000_000;

/** Collects what the next index block says. */
export class IndexBuilder {
  readonly #blocks: PlacedBlock[] = [];
  #seconds: [second: number, events: number][] = [];
  #instruments: number[] = [];
  #secondEndUs = Number.NEGATIVE_INFINITY;

  get blocks(): number {
    return this.#blocks.length;
  }

  addBlock(block: PlacedBlock): void {
    this.#blocks.push(block);
  }

  /** @param timeUs replay time of the event: never before that of the one before */
  addEvent(instrument: number, timeUs: number): void {
    if (timeUs >= this.#secondEndUs) {
      const second = Math.floor(timeUs / SECOND_US);
      this.#secondEndUs = (second + 1) * SECOND_US;
      this.#seconds.push([second, 0]);
    }
    this.#seconds[this.#seconds.length - 1]![1] += 1;
    while (this.#instruments.length <= instrument) this.#instruments.push(0);
    this.#instruments[instrument]! += 1;
  }

  /** Hands everything over and is empty afterwards. */
  take(previousOffset: number): TapeIndex {
    const instruments = [...this.#instruments.entries()].filter(([, events]) => events > 0);
    const index = { previousOffset, blocks: this.#blocks.splice(0), seconds: this.#seconds, instruments };
    this.#seconds = [];
    this.#instruments = [];
    this.#secondEndUs = Number.NEGATIVE_INFINITY;
    return index;
  }
}
