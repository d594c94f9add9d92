import { Packr } from 'msgpackr';
import { FRAME_DELTA, invariant, type Frame } from '#protocol';
import type { BenchResult } from '../benchmark.ts';
import { DeflatedSocket } from '../deflated-socket.ts';
import { namedUpdate, type NamedUpdate } from '../named-fields.ts';
import { FrameMirror } from './frame-mirror.ts';
import { wireBytes } from './viewed-market.ts';

const packr = new Packr({ useRecords: false, variableMapSize: true });

/**
 * Sizes of the same updates in every form, WebSocket headers included. An update is one instrument's entry in a delta. What `instruments`
 * says of new references and opens counts as a part of ours; what is sent once a connection (see the whole session) does not.
 */
export class SizeCount {
  readonly mirror = new FrameMirror();
  /** Set once what is sent is to be counted. */
  isCounting = false;
  updates = 0;
  fields = 0;
  ours = 0;
  json = 0;
  msgpack = 0;
  /** Texts of whole ticks, for the compressed form. */
  readonly ticks: string[] = [];

  /** Takes what a viewer was sent. */
  onFrame(frame: Frame): void {
    const updates: NamedUpdate[] = [];
    const content = this.mirror.read(frame, (id, bits) => {
      if (this.isCounting) updates.push(namedUpdate(this.mirror.entries[id]!, id, bits, this.mirror.columns));
    });
    if (!this.isCounting) return;
    if ('message' in content) {
      if (content.message.type === 'instruments') this.ours += wireBytes(frame);
    } else if (content.kind === FRAME_DELTA) {
      this.ours += wireBytes(frame);
      this.#add(updates);
    }
  }

  /** @param goalBytes most bytes that an update of ours should take, when there is such a goal */
  async results(name: string, goalBytes: number | null): Promise<BenchResult[]> {
    invariant(this.updates > 0, 'a market that is measured moves');
    const deflated = await new DeflatedSocket().bytesOf(this.ticks);
    const unit = `bytes/update of ${(this.fields / this.updates).toFixed(1)} fields`;
    const ours = this.ours / this.updates;
    const goal = goalBytes === null ? {} : { goal: `<= ${goalBytes} B`, met: ours <= goalBytes };
    const row = (baselineName: string, bytes: number): BenchResult => ({
      name,
      unit,
      better: 'lower',
      ours,
      baseline: bytes / this.updates,
      baselineName,
    });
    return [
      { ...row('JSON, a message an update', this.json), ...goal },
      row('msgpackr map, a message an update', this.msgpack),
      row('JSON array a tick, deflated', deflated),
    ];
  }

  #add(updates: readonly NamedUpdate[]): void {
    for (const update of updates) {
      this.json += wireBytes(JSON.stringify(update));
      this.msgpack += wireBytes(packr.pack(update));
      this.fields += Object.keys(update).length - 1;
    }
    this.updates += updates.length;
    this.ticks.push(JSON.stringify(updates));
  }
}
