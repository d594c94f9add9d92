// The production server, to be joined by many. Arguments: symbols, events a second.
import { answerRequests } from '../fanout/control.ts';
import { startProductionServer } from '../memory/production-server.ts';
import type { ServerRequests } from './requests.ts';

const { port, symbols, timeline } = await startProductionServer();

answerRequests<ServerRequests>({
  listen: async () => ({ port, symbols }),
  encodes: async () => ({ entries: timeline.report().snapshotEncodes }),
});
