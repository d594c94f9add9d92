// The production server, with many who do not read. Arguments: symbols, events a second.
import { answerRequests } from '../fanout/control.ts';
import { startProductionServer } from '../memory/production-server.ts';
import type { ServerRequests } from './requests.ts';

const { port, symbols, sessions, timeline } = await startProductionServer();

answerRequests<ServerRequests>({
  listen: async () => ({ port, symbols }),
  async backlog() {
    const { heldBytes, throttled } = sessions.backlog();
    const { ceilingHz } = timeline.report();
    return { connections: sessions.size, blocked: throttled['queue-full'], ceilingHz, heldBytes };
  },
});
