// What feeds a broker: a client of MQTT over TCP that publishes the market of the benchmark. Argument: the market. Its cost is not counted.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { invariant } from '#protocol';
import type { Cancel } from '../../../server/engine/ports.ts';
import { systemClock } from '../../../server/clock.ts';
import { answerRequests, pause, type PublisherRequests } from './control.ts';
import { playLap } from './lap-feed.ts';
import { FRAMES_TOPIC } from './load-forms.ts';
import { connectPacket, publishPacket } from './mqtt-packets.ts';
import { PlainUpdates } from './plain-updates.ts';
import { readArguments } from './server-arguments.ts';

const TICK_MS = 100;

const { lap } = readArguments();
const updates = new PlainUpdates(lap.definitions);
let broker: Socket | null = null;
let cancelTicks: Cancel | null = null;
let frame = 0;

function publish(topic: string, payload: Uint8Array): void {
  invariant(broker !== null, 'a publisher is connected first');
  broker.write(publishPacket(topic, payload));
}

const unsentBytes = (): number => broker?.writableLength ?? 0;

const feed = await playLap(lap, systemClock, (event) => {
  const update = updates.of(event);
  if (update !== null) publish(update['symbol'] as string, Buffer.from(JSON.stringify(update)));
});

answerRequests<PublisherRequests>({
  async connect({ port }) {
    broker = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(broker, 'connect');
    broker.write(connectPacket());
    await once(broker, 'data');
    return {};
  },
  async open({ frameBytes }) {
    if (frameBytes.length === 0) feed.run();
    else {
      const frames = frameBytes.map((size) => new Uint8Array(size));
      cancelTicks = systemClock.every(TICK_MS, () => publish(FRAMES_TOPIC, frames[frame++ % frames.length]!));
    }
    return {};
  },
  async drain() {
    feed.halt();
    cancelTicks?.();
    while (unsentBytes() > 0) await pause(TICK_MS);
    return {};
  },
});
